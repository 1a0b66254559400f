import { signWebhook } from '@cartograph/sandbox/webhooks';
import { describe, expect, it } from 'vitest';
import { ada, CARRIER_SECRET, openShop, plan, planAndLabel, type Shop, shipmentOf, until } from './shop.ts';

const event = (trackingNumber: string, status: string, minute: number, id = `evt_${status}_${minute}`) => ({
  id,
  tracking_number: trackingNumber,
  status,
  description: `it is ${status}`,
  location: 'Berlin',
  occurred_at: new Date(Date.UTC(2026, 2, 3, 12, minute)).toISOString(),
});
const JOURNEY = ['pre_transit', 'accepted', 'in_transit', 'out_for_delivery', 'delivered'];
const statusOf = async (shop: Shop, id: string) => (await shipmentOf(shop, id)).status;
const stored = async (shop: Shop): Promise<number> =>
  (await shop.db.pool.query('SELECT count(*) AS n FROM tracking_events')).rows[0].n;

describe('tracking', () => {
  it('moves a shipment and tells orders each step once', async () => {
    await using shop = await openShop({ relay: true });
    const { id, trackingNumber } = await planAndLabel(shop);
    for (const [minute, status] of JOURNEY.entries())
      expect(await shop.webhook(event(trackingNumber, status, minute))).toBe(200);
    expect(await shipmentOf(shop, id)).toMatchObject({
      status: 'DELIVERED',
      handedOverAt: '2026-03-03T12:01:00.000Z',
      deliveredAt: '2026-03-03T12:04:00.000Z',
    });
    await until(async () => shop.told.length === 5);
    expect(shop.told.map(({ status }) => status)).toEqual([
      'LABEL_PURCHASED',
      'HANDED_OVER',
      'IN_TRANSIT',
      'OUT_FOR_DELIVERY',
      'DELIVERED',
    ]);
    expect(new Set(shop.told.map(({ eventId }) => eventId)).size).toBe(5);
  });

  it('ends the same in every order of arrival, at once and repeated', async () => {
    await using shop = await openShop();
    const ids: string[] = [];
    for (let seed = 0; seed < 6; seed += 1) {
      const { id, trackingNumber } = await planAndLabel(shop);
      ids.push(id);
      const events = JOURNEY.map((status, minute) => event(trackingNumber, status, minute, `evt_${seed}_${status}`));
      const shuffled = [...events, ...events].sort((a, b) => (a.id + seed > b.id + seed * 7 ? -1 : 1));
      if (seed % 2) await Promise.all(shuffled.map((one) => shop.webhook(one)));
      else for (const one of [...shuffled].reverse()) await shop.webhook(one);
    }
    for (const id of ids) expect(await statusOf(shop, id)).toBe('DELIVERED');
    expect(await stored(shop)).toBe(6 * JOURNEY.length);
  });

  it('stores a message once, and it does nothing the second time', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    const news = event(trackingNumber, 'in_transit', 1);
    for (let n = 0; n < 3; n += 1) expect(await shop.webhook(news)).toBe(200);
    expect(await stored(shop)).toBe(1);
    const { rows } = await shop.db.pool.query(
      `SELECT count(*) AS n FROM outbox WHERE payload ->> 'status' = 'IN_TRANSIT'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
    expect(await statusOf(shop, id)).toBe('IN_TRANSIT');
  });

  it('takes two statements for a message, and one for a message that was known', async () => {
    await using shop = await openShop();
    const { trackingNumber } = await planAndLabel(shop);
    const at = {
      status: 'IN_TRANSIT',
      description: '',
      location: null,
      occurredAt: new Date('2026-03-03T12:00:00Z'),
    } as const;
    const counts: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      const before = shop.db.statements.count;
      await shop.operations.receiveTracking('SANDBOX', { reference: 'evt_1', trackingNumber, ...at });
      counts.push(shop.db.statements.count - before);
    }
    expect(counts).toEqual([2, 1]);
  });

  it('decides anew when another message about the shipment was written meanwhile', async () => {
    await using shop = await openShop();
    const { id } = await planAndLabel(shop, { weightGrams: 60_000 });
    const { pool } = shop.db;
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    const writer = await pool.connect();
    try {
      // Both are told how the shipment stands, one behind the other, before either can write.
      await writer.query('BEGIN');
      await writer.query('SELECT lock_shipment($1)', [id]);
      const both = ['SBX000000000001', 'SBX000000000002'].map((number, n) =>
        shop.webhook(event(number, 'delivered', n, number)),
      );
      await until(async () => (await pool.query(waiting)).rowCount === both.length);
      await writer.query('COMMIT');
      expect(await Promise.all(both)).toEqual([200, 200]);
    } finally {
      writer.release();
    }
    expect(await statusOf(shop, id)).toBe('DELIVERED');
  });

  it('never lets an old message overwrite a newer state', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    await shop.webhook(event(trackingNumber, 'out_for_delivery', 10));
    // A legal move, but from before.
    await shop.webhook(event(trackingNumber, 'in_transit', 5));
    expect(await statusOf(shop, id)).toBe('OUT_FOR_DELIVERY');
    // The same move, and news: back to the depot.
    await shop.webhook(event(trackingNumber, 'in_transit', 11));
    expect(await statusOf(shop, id)).toBe('IN_TRANSIT');
    // Further in the list, but from before.
    await shop.webhook(event(trackingNumber, 'exception', 9));
    expect(await statusOf(shop, id)).toBe('IN_TRANSIT');
    await shop.webhook(event(trackingNumber, 'exception', 12));
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'EXCEPTION', problem: 'it is exception' });
    await shop.webhook(event(trackingNumber, 'delivered', 13));
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'DELIVERED', problem: null });
    await shop.webhook(event(trackingNumber, 'exception', 14));
    expect(await statusOf(shop, id)).toBe('DELIVERED');
  });

  it('keeps a message that is faster than the answer about its label', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    shop.carrier.trouble.push(async () => {
      await shop.webhook(event('SBX000000000001', 'accepted', 1));
      await shop.webhook(event('SBX000000000001', 'in_transit', 2));
    });
    await shop.operations.buyLabels(id);
    expect(await statusOf(shop, id)).toBe('IN_TRANSIT');
  });

  it('meets its label at the same moment and neither is lost', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    const webhook = await shop.db.pool.connect();
    try {
      // A message in the middle of being stored: it has looked for its parcel and found none.
      await webhook.query('BEGIN');
      await webhook.query(`SELECT lock_tracking('SANDBOX', 'SBX000000000001')`);
      await webhook.query(
        `INSERT INTO tracking_events VALUES ('TrackingEvent:1', 'SANDBOX', 'evt_1', 'SBX000000000001', 'IN_TRANSIT', '',
           NULL, now(), now())`,
      );
      let bought = false;
      const buying = shop.operations.buyLabels(id).then(() => {
        bought = true;
      });
      const waiting =
        'SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())';
      await until(async () => bought || ((await shop.db.pool.query(waiting)).rowCount ?? 0) > 0);
      await webhook.query('COMMIT');
      await buying;
    } finally {
      webhook.release();
    }
    expect(await statusOf(shop, id)).toBe('IN_TRANSIT');
  });

  it('of several parcels shows the slowest, and a problem first', async () => {
    await using shop = await openShop();
    const { id } = await planAndLabel(shop, { weightGrams: 60_000 });
    const [first, second] = ['SBX000000000001', 'SBX000000000002'];
    const after = async (number: string, status: string, minute: number) => {
      await shop.webhook(event(number, status, minute, `${number}${minute}`));
      return statusOf(shop, id);
    };
    expect(await after(first, 'out_for_delivery', 1)).toBe('HANDED_OVER');
    expect(await after(second, 'in_transit', 2)).toBe('IN_TRANSIT');
    expect(await after(first, 'delivered', 3)).toBe('IN_TRANSIT');
    expect(await after(second, 'exception', 4)).toBe('EXCEPTION');
    expect(await after(second, 'delivered', 5)).toBe('DELIVERED');
  });

  it('that webhooks lost is found by asking', async () => {
    let now = new Date('2026-03-02T09:00:00Z');
    await using shop = await openShop({ clock: () => now });
    const { id, trackingNumber } = await planAndLabel(shop);
    shop.carrier.messages.set(trackingNumber, [
      {
        ...{ reference: 'evt_1', trackingNumber, status: 'DELIVERED', description: 'there', location: null },
        occurredAt: new Date('2026-03-02T09:30:00Z'),
      },
    ]);
    await shop.operations.askSilentCarriers();
    expect(await statusOf(shop, id)).toBe('DELIVERED');
    now = new Date('2026-03-02T10:30:00Z');
    await shop.operations.askSilentCarriers();
    expect(await stored(shop)).toBe(1);
  });

  it('is told to the buyer, newest first, in pages', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    for (const [minute, status] of JOURNEY.entries()) await shop.webhook(event(trackingNumber, status, minute));
    const read = /* GraphQL */ `
      query ($id: ID!, $after: String) {
        shipment(id: $id) { trackingEvents(first: 2, after: $after) { nodes { status } pageInfo { hasNextPage endCursor } } }
      }
    `;
    const page = async (after: string | null) => (await shop.as(ada)(read, { id, after })).data.shipment.trackingEvents;
    const one = await page(null);
    const two = await page(one.pageInfo.endCursor);
    const three = await page(two.pageInfo.endCursor);
    expect([one, two, three].flatMap(({ nodes }) => nodes.map(({ status }: any) => status))).toEqual([
      'DELIVERED',
      'OUT_FOR_DELIVERY',
      'IN_TRANSIT',
      'HANDED_OVER',
      'LABEL_PURCHASED',
    ]);
    expect(three.pageInfo.hasNextPage).toBe(false);
  });
});

describe('a webhook', () => {
  const body = (data: object) => JSON.stringify({ id: 'wh_1', type: 'tracker.updated', data });

  it.each([
    ['a forged signature', (data: object) => signWebhook('another-secret-that-is-long-enough-00', body(data))],
    ['another body’s signature', () => signWebhook(CARRIER_SECRET, '{}')],
    ['a signature of ten minutes ago', (data: object) => signWebhook(CARRIER_SECRET, body(data), Date.now() - 600_000)],
    ['a signature of tomorrow', (data: object) => signWebhook(CARRIER_SECRET, body(data), Date.now() + 86_400_000)],
    ['no signature', () => ''],
  ])('with %s is refused and changes nothing', async (_what, sign) => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    const data = event(trackingNumber, 'delivered', 1);
    expect(await shop.webhook(data, { signature: sign(data) })).toBe(401);
    expect([await statusOf(shop, id), await stored(shop)]).toEqual(['LABEL_PURCHASED', 0]);
  });

  it('of another kind, of an unknown parcel or with unknown words is taken and changes nothing', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    expect(await shop.webhook(event(trackingNumber, 'delivered', 1), { type: 'invoice.created' })).toBe(200);
    expect(await shop.webhook(event(trackingNumber, 'teleported', 1))).toBe(200);
    expect(await shop.webhook({ status: 'delivered' })).toBe(200);
    expect(await shop.webhook(event('SBX999', 'delivered', 1))).toBe(200);
    expect([await statusOf(shop, id), await stored(shop)]).toEqual(['LABEL_PURCHASED', 1]);
  });
});

describe('the database', () => {
  it('refuses an illegal move and any change of a message', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    await shop.webhook(event(trackingNumber, 'delivered', 1));
    await expect(shop.db.pool.query(`UPDATE shipments SET status = 'PLANNED' WHERE id = $1`, [id])).rejects.toThrow(
      /cannot become/,
    );
    await expect(shop.db.pool.query('DELETE FROM tracking_events')).rejects.toThrow(/append-only/);
    await expect(shop.db.pool.query(`UPDATE tracking_events SET status = 'x'`)).rejects.toThrow(/append-only/);
  });
});
