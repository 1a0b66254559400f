import { signWebhook } from '@cartograph/sandbox/webhooks';
import { describe, expect, it, vi } from 'vitest';
import { ada, CARRIER_SECRET, fulfilment, openShop, planAndLabel, type Shop, shipmentOf } from './shop.ts';

const event = (trackingNumber: string, status: string, id = 'wh_x') =>
  JSON.stringify({
    ...{ id, type: 'tracker.updated' },
    data: {
      ...{ id: `evt_${status}`, tracking_number: trackingNumber, status, description: '', location: null },
      occurred_at: '2026-03-03T12:00:00.000Z',
    },
  });

async function post(shop: Shop, body: string, signature = signWebhook(CARRIER_SECRET, body)): Promise<number> {
  const headers = { 'content-type': 'application/json', 'sandbox-signature': signature };
  const response = await fetch(new URL('/webhooks/sandbox', shop.url), { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

const LIST = /* GraphQL */ `
  query ($status: CarrierEventStatus) {
    carrierEvents(first: 100, status: $status) { nodes { id carrier type status deliveries attempts lastError } }
  }
`;
const REPLAY = /* GraphQL */ `
  mutation ($id: ID!) { replayCarrierEvent(id: $id) { __typename ... on ReplayCarrierEventSuccess { event { status } } } }
`;
const events = async (shop: Shop, status: string | null = null): Promise<readonly any[]> =>
  (await shop.as(fulfilment)(LIST, { status })).data.carrierEvents.nodes;
const due = (shop: Shop) => shop.db.pool.query(`UPDATE provider_events SET due_at = now() WHERE due_at < 'infinity'`);

describe('an event of the carrier', () => {
  it('that comes twenty times at once is stored once and applied by one alone', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    const body = event(trackingNumber, 'in_transit');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(shop, body)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await events(shop)).toMatchObject([
      { id: 'SANDBOX:wh_x', carrier: 'SANDBOX', status: 'APPLIED', deliveries: 20, attempts: 1 },
    ]);
    expect((await shipmentOf(shop, id)).status).toBe('IN_TRANSIT');
  });

  it('takes two statements to store and apply, and one when it comes again', async () => {
    await using shop = await openShop();
    const { trackingNumber } = await planAndLabel(shop);
    const counts: number[] = [];
    for (const id of ['wh_1', 'wh_1', 'wh_2']) {
      const before = shop.db.statements.count;
      expect(await post(shop, event(trackingNumber, 'in_transit', id))).toBe(200);
      counts.push(shop.db.statements.count - before);
    }
    expect(counts).toEqual([2, 1, 2]);
    expect(await events(shop, 'APPLIED')).toHaveLength(2);
  });

  it('that was stored by a process which ended is applied by the job, once', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    const payload = JSON.parse(event(trackingNumber, 'delivered'));
    const stored = { provider: 'SANDBOX', id: payload.id, type: payload.type, payload };
    expect(await shop.ports.inbox.store(stored, 'to-apply')).toBe(true);
    // Sent again, it is left to the one that has it, as long as that one may live.
    expect(await post(shop, JSON.stringify(payload))).toBe(200);
    await shop.operations.applyCarrierEvents();
    expect((await shipmentOf(shop, id)).status).toBe('LABEL_PURCHASED');
    await due(shop);
    await Promise.all([shop.operations.applyCarrierEvents(), shop.operations.applyCarrierEvents()]);
    expect((await shipmentOf(shop, id)).status).toBe('DELIVERED');
    expect(await events(shop)).toMatchObject([{ status: 'APPLIED', deliveries: 2, attempts: 2 }]);
  });

  it('that cannot be applied becomes a dead letter, which staff see and replay', async () => {
    await using shop = await openShop();
    const { id, trackingNumber } = await planAndLabel(shop);
    const { receive } = shop.ports.tracking;
    shop.ports.tracking.receive = () => Promise.reject(new Error('no'));
    expect(await post(shop, event(trackingNumber, 'delivered'))).toBe(200);
    // The shop's own job may have taken it in between: then that attempt counts, and is waited for.
    await vi.waitFor(
      async () => {
        await due(shop);
        await shop.operations.applyCarrierEvents();
        expect(await events(shop, 'DEAD')).toHaveLength(1);
      },
      { timeout: 20_000, interval: 1 },
    );
    expect(await events(shop, 'DEAD')).toMatchObject([{ attempts: 12, lastError: 'no' }]);
    shop.ports.tracking.receive = receive;
    expect((await shop.as(ada)(REPLAY, { id: 'SANDBOX:wh_x' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { data } = await shop.as(fulfilment)(REPLAY, { id: 'SANDBOX:wh_x' });
    expect(data.replayCarrierEvent).toMatchObject({ event: { status: 'WAITING' } });
    await shop.operations.applyCarrierEvents();
    expect((await shipmentOf(shop, id)).status).toBe('DELIVERED');
    expect((await shop.as(fulfilment)(REPLAY, { id: 'SANDBOX:wh_y' })).data.replayCarrierEvent.__typename).toBe(
      'NotFound',
    );
  });

  it('of another kind is kept and seen to be ignored; what is no event is refused', async () => {
    await using shop = await openShop();
    expect(await post(shop, '{"id":"wh_1","type":"invoice.created"}')).toBe(200);
    expect(await post(shop, '{"type":"invoice.created"}')).toBe(400);
    expect(await post(shop, 'x'.repeat(300_000))).toBe(413);
    expect(await events(shop, 'IGNORED')).toMatchObject([{ id: 'SANDBOX:wh_1', type: 'invoice.created' }]);
    expect(await events(shop)).toHaveLength(1);
  });
});
