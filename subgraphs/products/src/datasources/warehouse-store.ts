import { badInput } from '@cartograph/kernel/errors';
import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import type { PrismaClient, Warehouse as Row } from '../../generated/prisma/client.ts';
import type { NewWarehouse, Warehouse, WarehouseChanges } from '../domain/warehouse.ts';
import type { WarehouseStore } from '../ports.ts';
import { commandDigest } from './command-digest.ts';

export function createWarehouseStore(prisma: PrismaClient, pool: pg.Pool): WarehouseStore {
  const find = async (id: string): Promise<Warehouse> =>
    toWarehouse(await prisma.warehouse.findUniqueOrThrow({ where: { id } }));
  return {
    async findByIds(ids) {
      return (await prisma.warehouse.findMany({ where: { id: { in: [...ids] } } })).map(toWarehouse);
    },
    async list(viewer, { limit, after }) {
      if (!seesEverything(viewer)) return toPage<Warehouse>([], limit);
      const rows = await prisma.warehouse.findMany({
        ...(after && { where: afterCursor(after) }),
        orderBy: [{ priority: 'asc' }, { id: 'asc' }],
        take: limit + 1,
      });
      return toPage(rows.map(toWarehouse), limit);
    },
    async create({ actor, key }, warehouse) {
      const id = newId('Warehouse');
      const digest = commandDigest('create warehouse', warehouse);
      const row = toRow(warehouse);
      // One statement, so that two requests with one key open one warehouse: the second waits here for the first.
      const { rowCount } = await pool.query(
        `WITH claimed AS (
           INSERT INTO inventory_command (actor, key, digest, result) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING result
         )
         INSERT INTO warehouse (id, name, priority, active, contact_name, company, line1, line2, city, region, postal_code, country_code, phone)
         SELECT claimed.result, $5, $6::int, $7::boolean, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM claimed`,
        [actor, key, digest, id, row.name, row.priority, row.active, ...ADDRESS.map((column) => row[column])],
      );
      if (rowCount === 1) return { warehouse: await find(id), replayed: false };
      const earlier = await prisma.inventoryCommand.findUniqueOrThrow({ where: { actor_key: { actor, key } } });
      if (earlier.digest !== digest || earlier.result === null) return 'KEY_REUSED';
      return { warehouse: await find(earlier.result), replayed: true };
    },
    async update(id, changes) {
      const [row] = await prisma.warehouse.updateManyAndReturn({ where: { id }, data: toRow(changes) });
      return row ? toWarehouse(row) : null;
    },
  };
}

/** In the order of the columns of the INSERT above. */
const ADDRESS = [
  'contactName',
  'company',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'countryCode',
  'phone',
] as const;

const toWarehouse = ({ id, name, priority, active, contactName, ...row }: Row): Warehouse => ({
  id,
  name,
  priority,
  active,
  address: {
    name: contactName,
    company: row.company,
    line1: row.line1,
    line2: row.line2,
    city: row.city,
    region: row.region,
    postalCode: row.postalCode,
    countryCode: row.countryCode,
    phone: row.phone,
  },
});

function afterCursor([priority, id]: readonly (string | number)[]) {
  if (typeof priority !== 'number' || typeof id !== 'string') throw badInput('"after" is not a cursor of this list.');
  return { OR: [{ priority: { gt: priority } }, { priority, id: { gt: id } }] };
}

type Columns = Omit<Row, 'id' | 'createdAt' | 'updatedAt'>;

function toRow(warehouse: NewWarehouse): Columns;
function toRow(warehouse: WarehouseChanges): Partial<Columns>;
function toRow({ address, ...rest }: WarehouseChanges): Partial<Columns> {
  if (!address) return rest;
  const { name, ...place } = address;
  return { ...rest, contactName: name, ...place };
}
