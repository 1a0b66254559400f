import { newId } from '@cartograph/runtime/ids';
import { meetLocked } from '@cartograph/runtime/testing/meet-locked';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { expect, it } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createZoneStore } from '../src/datasources/zone-store.ts';

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
