import { isId } from '@cartograph/kernel/id';
import { money } from '@cartograph/kernel/money';
import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { PrismaClient, Method as Row } from '../../generated/prisma/client.ts';
import type { MethodKind, RateTable, ShippingMethod } from '../domain/method.ts';
import type { MethodStore } from '../ports.ts';

/** A method's tables are read as one bounded list. */
const MAX_TABLES = 100;

export const createMethodStore = (prisma: PrismaClient, pool: pg.Pool): MethodStore => ({
  async findByIds(ids) {
    return (
      await prisma.method.findMany({ where: { id: { in: ids.filter((id) => isId('ShippingMethod', id)) } } })
    ).map(toMethod);
  },

  async list(viewer, countryCode, { limit, after }) {
    const [name, id] = (after ?? []) as string[];
    const rows = await prisma.method.findMany({
      where: {
        ...(!seesEverything(viewer) && { active: true }),
        ...(countryCode && { zones: { some: { zone: { areas: { some: await areasFor(prisma, countryCode) } } } } }),
        ...(name !== undefined && id !== undefined && { OR: [{ name: { gt: name } }, { name, id: { gt: id } }] }),
      },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: limit + 1,
    });
    return toPage(rows.map(toMethod), limit);
  },

  async tablesOf(methodIds) {
    const rows = await prisma.rateTable.findMany({
      where: { methodId: { in: [...methodIds] } },
      include: { methodZone: true, rates: { orderBy: { upToGrams: 'asc' } } },
      orderBy: [{ zoneId: 'asc' }, { currency: 'asc' }],
    });
    return rows.map(({ methodId, zoneId, currency, freeFromMinor, methodZone, rates }) => ({
      methodId,
      zoneId,
      currency,
      freeFrom: freeFromMinor === null ? null : money(Number(freeFromMinor), currency),
      minDays: methodZone.minDays,
      maxDays: methodZone.maxDays,
      tiers: rates.map(({ upToGrams, priceMinor }) => ({ upToGrams, price: money(Number(priceMinor), currency) })),
    }));
  },

  async withoutCarrier(carriers) {
    const where = { active: true, kind: 'DELIVERY' as const, carrier: { notIn: [...carriers] } };
    return (await prisma.method.findMany({ where, orderBy: { name: 'asc' }, take: 100 })).map(toMethod);
  },

  async create(method, now) {
    await prisma.method.create({ data: { ...method, createdAt: now } });
  },

  async update(id, changes) {
    if (!isId('ShippingMethod', id)) return null;
    const [row] = await prisma.method.updateManyAndReturn({ where: { id }, data: changes });
    return row ? toMethod(row) : null;
  },

  replaceRates: (table) => inTransaction(pool, (client) => replaceRates(client, table)),
});

/** "All other countries" serves a country only when no zone names the whole of it. */
async function areasFor(prisma: PrismaClient, countryCode: string) {
  const whole = { countryCode, region: null, postalPrefix: null };
  const named = await prisma.zoneArea.count({ where: whole });
  return { countryCode: { in: named > 0 ? [countryCode] : [countryCode, '*'] } };
}

async function replaceRates(client: pg.PoolClient, { methodId, zoneId, currency, ...table }: RateTable) {
  const key = [methodId, zoneId, currency];
  if (!isId('ShippingMethod', methodId)) return 'no-method';
  if (!isId('ShippingZone', zoneId)) return 'no-zone';
  // The method's row is the lock: two who replace its tables come one after the other.
  const method = await client.query('SELECT 1 FROM methods WHERE id = $1 FOR NO KEY UPDATE', [methodId]);
  if (method.rowCount === 0) return 'no-method';
  const zone = await client.query('SELECT 1 FROM zones WHERE id = $1 FOR KEY SHARE', [zoneId]);
  if (zone.rowCount === 0) return 'no-zone';
  const { rows } = await client.query<{ others: number }>(
    'SELECT count(*) AS others FROM rate_tables WHERE method_id = $1 AND (zone_id, currency) <> ($2, $3)',
    key,
  );
  if ((rows[0]?.others ?? 0) >= MAX_TABLES) return 'too-many';
  await client.query('DELETE FROM rate_tables WHERE method_id = $1 AND zone_id = $2 AND currency = $3', key);
  if (table.tiers.length === 0) {
    await client.query(
      `DELETE FROM method_zones z WHERE method_id = $1 AND zone_id = $2 AND NOT EXISTS
         (SELECT 1 FROM rate_tables t WHERE t.method_id = z.method_id AND t.zone_id = z.zone_id)`,
      [methodId, zoneId],
    );
    return 'saved';
  }
  await client.query(
    `INSERT INTO method_zones (method_id, zone_id, min_days, max_days) VALUES ($1, $2, $3, $4)
     ON CONFLICT (method_id, zone_id) DO UPDATE SET min_days = EXCLUDED.min_days, max_days = EXCLUDED.max_days`,
    [methodId, zoneId, table.minDays, table.maxDays],
  );
  await client.query(
    'INSERT INTO rate_tables (method_id, zone_id, currency, free_from_minor) VALUES ($1, $2, $3, $4)',
    [...key, table.freeFrom?.minor ?? null],
  );
  await client.query(
    `INSERT INTO rates (method_id, zone_id, currency, up_to_grams, price_minor)
     SELECT $1, $2, $3, unnest($4::int[]), unnest($5::bigint[])`,
    [...key, table.tiers.map(({ upToGrams }) => upToGrams), table.tiers.map(({ price }) => price.minor)],
  );
  return 'saved';
}

const toMethod = ({ createdAt: _, kind, ...row }: Row): ShippingMethod => ({ ...row, kind: kind as MethodKind });
