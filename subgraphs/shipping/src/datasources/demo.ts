import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import { PICKUP_LOCATIONS, RATE_TABLES, SHIPPING_METHODS, ZONES } from './demo-data.ts';

/** Loads the demo shop's shipping once; what staff changed since stays. */
export async function seedDemo(pool: pg.Pool, log: (message: string) => void): Promise<void> {
  const ids = SHIPPING_METHODS.map(({ id }) => id);
  const { rows } = await pool.query<{ known: number }>('SELECT count(*) AS known FROM methods WHERE id = ANY($1)', [
    ids,
  ]);
  if (rows[0]?.known === ids.length) return;
  await inTransaction(pool, async (client) => {
    await insertZones(client);
    await insertMethods(client);
    await insertRates(client);
    await insertPickups(client);
  });
  log(`shipping: ${ZONES.length} zones, ${ids.length} methods, ${PICKUP_LOCATIONS.length} pick-up locations`);
}

async function insertZones(client: pg.PoolClient): Promise<void> {
  await client.query(
    `INSERT INTO zones (id, name, created_at) SELECT id, name, now()
     FROM jsonb_to_recordset($1::jsonb) AS z(id TEXT, name TEXT) ON CONFLICT DO NOTHING`,
    [JSON.stringify(ZONES)],
  );
  const areas = ZONES.flatMap(({ id, countries }) => countries.map((country) => ({ id, country })));
  await client.query(
    `INSERT INTO zone_areas (zone_id, country_code) SELECT id, country
     FROM jsonb_to_recordset($1::jsonb) AS a(id TEXT, country TEXT) ON CONFLICT DO NOTHING`,
    [JSON.stringify(areas)],
  );
}

async function insertMethods(client: pg.PoolClient): Promise<void> {
  await client.query(
    `INSERT INTO methods (id, name, description, kind, carrier, carrier_service, tax_class, active, created_at)
     SELECT id, name, description, kind, carrier, service, 'standard', TRUE, now()
     FROM jsonb_to_recordset($1::jsonb) AS m
       (id TEXT, name TEXT, description TEXT, kind TEXT, carrier TEXT, service TEXT) ON CONFLICT DO NOTHING`,
    [JSON.stringify(SHIPPING_METHODS)],
  );
}

async function insertRates(client: pg.PoolClient): Promise<void> {
  const tables = JSON.stringify(RATE_TABLES);
  const given = `jsonb_to_recordset($1::jsonb) AS t("methodId" TEXT, "zoneId" TEXT, currency TEXT, "minDays" INT,
    "maxDays" INT, "freeFrom" BIGINT, tiers JSONB)`;
  await client.query(
    `INSERT INTO method_zones (method_id, zone_id, min_days, max_days)
     SELECT DISTINCT "methodId", "zoneId", "minDays", "maxDays" FROM ${given} ON CONFLICT DO NOTHING`,
    [tables],
  );
  await client.query(
    `INSERT INTO rate_tables (method_id, zone_id, currency, free_from_minor)
     SELECT "methodId", "zoneId", currency, "freeFrom" FROM ${given} ON CONFLICT DO NOTHING`,
    [tables],
  );
  await client.query(
    `INSERT INTO rates (method_id, zone_id, currency, up_to_grams, price_minor)
     SELECT "methodId", "zoneId", currency, (tier ->> 0)::int, (tier ->> 1)::bigint
     FROM ${given}, jsonb_array_elements(tiers) AS tier ON CONFLICT DO NOTHING`,
    [tables],
  );
}

async function insertPickups(client: pg.PoolClient): Promise<void> {
  await client.query(
    `INSERT INTO pickup_locations (id, name, country_code, postal_code, address, opening_hours, active, created_at)
     SELECT id, name, address ->> 'countryCode', address ->> 'postalCode', address, hours, TRUE, now()
     FROM jsonb_to_recordset($1::jsonb) AS p(id TEXT, name TEXT, address JSONB, hours TEXT) ON CONFLICT DO NOTHING`,
    [JSON.stringify(PICKUP_LOCATIONS)],
  );
}
