import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { createFakeChannel } from './fake-channel.ts';
import { type ChannelShop, openChannelShop, tell } from './open-channel.ts';
import { arrived, returnsOf } from './open-returns.ts';
import { eventually, neighbour, staff } from './open-shop.ts';

const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $shipmentId: ID!, $status: String!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: $shipmentId, status: $status, eventId: $eventId)
  }
`;
const STUCK = '{ stuckSteps { nodes { id process step reason attempts nextAttemptAt canGiveUp order { number } } } }';

/** Two of one variant, sold as two lines of the channel's, placed here and ready to be sent. */
async function openPlaced(fake = createFakeChannel()) {
  const one = await openChannelShop({}, fake);
  const { sku } = one.addVariant(9);
  const externalId = fake.sell({
    lines: [
      { sku, quantity: 2 },
      { sku, quantity: 1 },
    ],
  });
  await one.takeIn();
  await tell(one, 1);
  const [order] = await one.orders();
  const { rows } = await one.db.pool.query<{ id: string }>('SELECT id FROM order_line');
  return { one, fake, externalId, order, lineId: rows[0]?.id ?? '' };
}

/** Shipping tells that parcels stand so, with so many pieces in each. */
async function ship(
  one: ChannelShop,
  orderId: string,
  lineId: string,
  parcels: readonly (readonly [string, number])[],
) {
  const ids = parcels.map((_, index) => `Shipment:${String(index + 1).padStart(26, '0')}`);
  one.neighbours.shipments.set(
    orderId,
    parcels.map(([status, quantity], index) => ({
      ...{ id: ids[index] ?? '', status, carrier: 'UPS', trackingNumber: `1Z${index + 1}` },
      lines: [{ orderLineId: lineId, quantity }],
    })),
  );
  const variables = { orderId, shipmentId: ids[0], status: parcels[0]?.[0], eventId: newId('Event') };
  await one.shop.as(neighbour)(CHANGED, variables);
}

/** So many of a line come back, and have arrived. */
async function sendBack(one: ChannelShop, orderId: string, orderLineId: string, quantity: number) {
  const returns = returnsOf(one.shop);
  const lines = [{ orderLineId, quantity, reason: 'UNWANTED' }];
  const asked = await returns.request(staff, { orderId, lines });
  await returns.approve(asked.return.id);
  await returns.receive(arrived({ returnId: asked.return.id, lineId: asked.return.lines[0].id }, quantity));
}

const stuck = async (one: ChannelShop) => (await one.shop.as(staff)(STUCK, {})).data.stuckSteps.nodes;
const messages = async (one: ChannelShop) =>
  (await one.db.pool.query('SELECT * FROM channel_message ORDER BY position')).rows;

describe('a shipment that has left', () => {
  it('is told to the channel once, piece by piece of the channel’s own lines, arrived or not', async () => {
    const { one, fake, externalId, order, lineId } = await openPlaced();
    await using _ = one;
    await ship(one, order.id, lineId, [
      ['HANDED_OVER', 1],
      ['PLANNED', 2],
    ]);
    await tell(one, 2);
    await ship(one, order.id, lineId, [
      ['DELIVERED', 1],
      ['DELIVERED', 2],
    ]);
    await tell(one, 3);
    await ship(one, order.id, lineId, [
      ['DELIVERED', 1],
      ['DELIVERED', 2],
    ]);
    await tell(one, 3);
    const shipped = fake.told.filter(({ kind }) => kind === 'SHIPPED');
    expect(shipped).toMatchObject([
      { externalId, carrier: 'UPS', trackingNumber: '1Z1', lines: [{ lineId: `${externalId}:1`, quantity: 1 }] },
      {
        ...{ externalId, trackingNumber: '1Z2' },
        lines: [
          { lineId: `${externalId}:1`, quantity: 1 },
          { lineId: `${externalId}:2`, quantity: 1 },
        ],
      },
    ]);
    expect(one.neighbours.mails.size).toBe(0);
    // Where money is taken at shipment, the channel has it all the same.
    expect(one.neighbours.captured(order.id)).toBe(7500);
  });

  it('takes nothing of the money that the channel has collected, whatever the shop’s policy', async () => {
    await using one = await openChannelShop({ checkout: { capture: 'on_shipment' } });
    const { sku } = one.addVariant(1);
    one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    const [order] = await one.orders();
    const { rows } = await one.db.pool.query<{ id: string }>('SELECT id FROM order_line');
    await ship(one, order.id, rows[0]?.id ?? '', [['HANDED_OVER', 1]]);
    await tell(one, 2);
    expect(one.neighbours.count('payments.capture')).toBe(0);
  });
});

it('a return’s refund is told to the channel, which has the buyer’s money', async () => {
  const { one, fake, externalId, order, lineId } = await openPlaced();
  await using _ = one;
  await ship(one, order.id, lineId, [['DELIVERED', 3]]);
  await tell(one, 2);
  await sendBack(one, order.id, lineId, 1);
  await tell(one, 3);
  expect(fake.told.at(-1)).toMatchObject({
    ...{ kind: 'REFUNDED', externalId },
    lines: [{ lineId: `${externalId}:1`, quantity: 1, amount: { minor: 2500, currency: 'EUR' } }],
  });
  expect(one.neighbours.refunded(order.id)).toBe(2500);
  expect(one.neighbours.mails.size).toBe(0);
});

it('returns that come one after the other give back pieces of different lines of the channel’s', async () => {
  const { one, fake, externalId, order, lineId } = await openPlaced();
  await using _ = one;
  await ship(one, order.id, lineId, [['DELIVERED', 3]]);
  await tell(one, 2);
  for (const [index, quantity] of [2, 1].entries()) {
    await sendBack(one, order.id, lineId, quantity);
    await tell(one, 3 + index);
  }
  expect(fake.told.filter(({ kind }) => kind === 'REFUNDED')).toMatchObject([
    { lines: [{ lineId: `${externalId}:1`, quantity: 2 }] },
    { lines: [{ lineId: `${externalId}:2`, quantity: 1 }] },
  ]);
});

describe('what a channel is to be told', () => {
  it('is not told any more when it has cancelled the order itself meanwhile', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku, quantity: 2 }] });
    await one.takeIn();
    expect(await messages(one)).toMatchObject([{ kind: 'CANCELLED', told_at: null }]);
    one.fake.cancel(id);
    await one.makeDue();
    await one.takeIn();
    await one.shop.operations.tellChannels();
    expect(await messages(one)).toMatchObject([{ kind: 'CANCELLED', told_at: expect.any(Date), last_error: null }]);
    expect(one.fake.calls).not.toContain('send');
  });

  it('is told once when the answer was lost after it had taken it', async () => {
    for (const atOnce of [false, true]) {
      const { one, fake, order, lineId } = await openPlaced(createFakeChannel({ atOnce }));
      await using _ = one;
      fake.failing.set('send', { at: 'after', times: 1 });
      await ship(one, order.id, lineId, [['HANDED_OVER', 3]]);
      await eventually(async () => (await messages(one)).length === 2);
      await expect(one.shop.operations.tellChannels()).rejects.toThrow();
      expect(await stuck(one)).toMatchObject([
        { process: 'delivery', step: 'SHIPPED', reason: 'bazaar gave no answer.' },
      ]);
      await tell(one, 2);
      expect(fake.told.filter(({ kind }) => kind === 'SHIPPED')).toHaveLength(1);
      expect(await stuck(one)).toEqual([]);
    }
  });

  it('is told once when the process died between the channel’s answer and our note of it', async () => {
    const { one, fake, order, lineId } = await openPlaced();
    await using _ = one;
    await ship(one, order.id, lineId, [['HANDED_OVER', 3]]);
    await eventually(async () => (await messages(one)).length === 2);
    await using dying = await one.open({
      relay: false,
      ports: ({ channelMessages }) => ({
        channelMessages: { ...channelMessages, received: () => never(), wait: () => never() },
      }),
    });
    await expect(dying.operations.tellChannels()).rejects.toThrow();
    await one.endLeases();
    await tell(one, 2);
    expect(fake.told.filter(({ kind }) => kind === 'SHIPPED')).toHaveLength(1);
  });

  it('is told once by two processes at once', async () => {
    const { one, fake, order, lineId } = await openPlaced();
    await using _ = one;
    await using other = await one.open();
    await ship(one, order.id, lineId, [['HANDED_OVER', 3]]);
    await eventually(async () => (await messages(one)).length === 2);
    await Promise.all([one.shop, other, one.shop, other].map(({ operations }) => operations.tellChannels()));
    await tell(one, 2);
    expect(fake.calls.filter((call) => call === 'send')).toHaveLength(2);
    expect(fake.told.filter(({ kind }) => kind === 'SHIPPED')).toHaveLength(1);
  });

  it('is sent again while the channel refuses it, then lies where staff see it, and goes when they ask for it', async () => {
    const { one, fake, externalId, order, lineId } = await openPlaced();
    await using _ = one;
    fake.refusals.set(externalId, 'The carrier is not known.');
    await ship(one, order.id, lineId, [['HANDED_OVER', 3]]);
    await eventually(async () => (await messages(one)).length === 2);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await one.shop.operations.tellChannels();
      fake.workOff();
      await one.makeDue();
      await one.shop.operations.tellChannels();
      await one.makeDue();
    }
    const [step] = await stuck(one);
    expect(step).toMatchObject({
      step: 'SHIPPED',
      attempts: 4,
      reason: 'The carrier is not known.',
      nextAttemptAt: null,
    });
    expect(step.canGiveUp).toBe(true);
    await one.shop.operations.tellChannels();
    expect(fake.told).toHaveLength(1);

    fake.refusals.clear();
    const { data } = await one.shop.as(staff)(
      'mutation ($id: ID!) { retryStep(input: { stepId: $id }) { __typename } }',
      { id: step.id },
    );
    expect(data.retryStep.__typename).toBe('RetryStepSuccess');
    await tell(one, 2);
    expect(fake.told.at(-1)).toMatchObject({ kind: 'SHIPPED', externalId });
  });

  it('is never sent when staff give it up, and told to the timeline', async () => {
    const { one, fake, externalId, order, lineId } = await openPlaced();
    await using _ = one;
    fake.refusals.set(externalId, 'The carrier is not known.');
    await ship(one, order.id, lineId, [['HANDED_OVER', 3]]);
    await eventually(async () => {
      await one.shop.operations.tellChannels();
      fake.workOff();
      await one.makeDue();
      return (await stuck(one)).length === 1;
    });
    const [step] = await stuck(one);
    const { data } = await one.shop.as(staff)(
      'mutation ($id: ID!) { giveUpStep(input: { stepId: $id, reason: "By hand." }) { __typename } }',
      { id: step.id },
    );
    expect(data.giveUpStep.__typename).toBe('GiveUpStepSuccess');

    fake.refusals.clear();
    // Nothing is left of it.
    await tell(one, 1);
    expect(await stuck(one)).toEqual([]);
    expect(fake.told.filter(({ kind }) => kind === 'SHIPPED')).toEqual([]);
    const told = await one.db.pool.query(`SELECT FROM order_event WHERE order_id = $1 AND type = 'STEP_GIVEN_UP'`, [
      order.id,
    ]);
    expect(told.rowCount).toBe(1);
  });

  it('goes in one document with others of its kind, of which one that is refused holds up none', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(9);
    const ids = [1, 2, 3].map(() => one.fake.sell({ lines: [{ sku }] }));
    await one.takeIn();
    await eventually(async () => (await messages(one)).length === 3);
    one.fake.refusals.set(ids[1] ?? '', 'There is something wrong with it.');
    await one.shop.operations.tellChannels();
    one.fake.workOff();
    await one.makeDue();
    await one.shop.operations.tellChannels();
    expect(one.fake.calls.filter((call) => call === 'send')).toHaveLength(1);
    expect(one.fake.told.map(({ externalId }) => externalId).sort()).toEqual([ids[0], ids[2]]);
    expect((await stuck(one)).map(({ attempts }: any) => attempts)).toEqual([1]);
  });
});

const never = (): Promise<never> => Promise.reject(new Error('killed'));
