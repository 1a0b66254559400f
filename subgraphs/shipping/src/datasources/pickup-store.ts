import { isId } from '@cartograph/kernel/id';
import { toPage } from '@cartograph/kernel/page';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type pg from 'pg';
import type { PrismaClient, PickupLocation as Row } from '../../generated/prisma/client.ts';
import { plainPostalCode } from '../domain/destination.ts';
import type { PickupLocation } from '../domain/method.ts';
import type { PickupStore, RankedPickup } from '../ports.ts';

/** How many of the asked code's characters a location's code does not begin with. */
export const postalDistance = (asked: string): string =>
  `(SELECT count(*)::int FROM generate_series(1, COALESCE(length(${asked}), 0)) n
    WHERE left(p.postal_code, n) <> left(${asked}, n))`;

export const createPickupStore = (prisma: PrismaClient, pool: pg.Pool): PickupStore => ({
  async findByIds(ids) {
    return (await prisma.pickupLocation.findMany({ where: { id: { in: [...ids] } } })).map(toPickup);
  },

  async list(countryCode, postalCode, { limit, after }) {
    // By hand: Prisma cannot sort by something that it computes.
    const { rows } = await pool.query<RankedPickup>(
      `SELECT * FROM (
         SELECT p.id, p.name, p.address, p.opening_hours AS "openingHours", p.active,
           ${postalDistance('$2::text')} AS distance
         FROM pickup_locations p WHERE p.country_code = $1 AND p.active) ranked
       WHERE $3::int IS NULL OR (distance, name, id) > ($3, $4::text, $5::text)
       ORDER BY distance, name, id LIMIT $6`,
      [countryCode, plainPostalCode(postalCode), ...(after ?? [null, null, null]), limit + 1],
    );
    return toPage(rows, limit);
  },

  async save({ address, ...location }, isNew, now) {
    if (!isId('PickupLocation', location.id)) return 'absent';
    const row = {
      ...location,
      address: { ...address },
      countryCode: address.countryCode,
      postalCode: plainPostalCode(address.postalCode) ?? '',
    };
    if (isNew) {
      await prisma.pickupLocation.create({ data: { ...row, createdAt: now } });
      return 'saved';
    }
    const { count } = await prisma.pickupLocation.updateMany({ where: { id: location.id }, data: row });
    return count > 0 ? 'saved' : 'absent';
  },
});

const toPickup = ({ id, name, address, openingHours, active }: Row): PickupLocation => ({
  ...{ id, name, openingHours, active },
  address: address as unknown as PostalAddress,
});
