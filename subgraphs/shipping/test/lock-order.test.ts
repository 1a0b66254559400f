import { newId } from '@cartograph/runtime/ids';
import { meetLocked, waitsFor } from '@cartograph/runtime/testing/meet-locked';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { expect, it } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createZoneStore } from '../src/datasources/zone-store.ts';
import { line, openShop, plan } from './shop.ts';

it('zones claim their areas in one order: two at once never wait for each other', async () => {
  await using db = await testDatabase('shipping');
  await db.pool.query(`INSERT INTO zones (id, name, created_at) VALUES ('Z', 'Other', now())`);
  const claim = (country: string) => `INSERT INTO zone_areas (zone_id, country_code) VALUES ('Z', '${country}')`;
  const area = (countryCode: string) => ({ countryCode, region: null, postalPrefix: null });
  const zones = createZoneStore(new PrismaClient({ adapter: db.adapter }));
  const saved = await meetLocked(db.pool, { has: claim('AT'), wants: claim('CH') }, () =>
    zones.save({ id: newId('ShippingZone'), name: 'Mine' }, [area('CH'), area('AT')], true, new Date()),
  );
  expect(saved).toMatchObject({ taken: {} });
});

it('a label that waited for its shipment knows what the carrier has said of another parcel meanwhile', async () => {
  await using shop = await openShop();
  const { pool } = shop.db;
  const { id } = await plan(shop, { lines: [line(1, 2)], weightGrams: 40_000 });
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM parcels WHERE shipment_id = $1 ORDER BY number', [
    id,
  ]);
  const [labelled, other] = rows.map((parcel) => parcel.id);
  await pool.query(`UPDATE parcels SET carrier = 'SANDBOX', tracking_number = 'T-1' WHERE id = $1`, [labelled]);
  const carrier = await pool.connect();
  await carrier.query('BEGIN');
  await carrier.query('SELECT FROM shipments WHERE id = $1 FOR NO KEY UPDATE', [id]);
  await carrier.query(`INSERT INTO tracking_events (id, carrier, reference, tracking_number, status, description, occurred_at,
    received_at) VALUES ('E', 'SANDBOX', 'R', 'T-1', 'IN_TRANSIT', 'On its way.', now(), now())`);
  const keeping = pool.query<{ answer: { stands: { messages: readonly object[] } } }>(
    `SELECT keep_label($1, '{}', $2, '', '[]') AS answer`,
    [id, JSON.stringify({ carrier: 'SANDBOX', trackingNumber: 'T-2', parcelId: other })],
  );
  await waitsFor(carrier, keeping);
  await carrier.query('COMMIT');
  carrier.release();

  expect((await keeping).rows[0]?.answer.stands.messages).toMatchObject([{ parcelId: labelled, status: 'IN_TRANSIT' }]);
});
