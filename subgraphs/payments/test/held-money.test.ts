import { describe, expect, it } from 'vitest';
import type { FakeProvider } from './fakes.ts';
import { auditLedger, authorize, bob, effect, FINANCE, newOrder, openWorld, type World } from './setup.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const BALANCED = { unbalanced: 0, drift: 0 };
const LIST = /* GraphQL */ `
  query ($filter: PaymentFilter, $first: Int! = 20, $after: String) {
    payments(filter: $filter, first: $first, after: $after) {
      nodes { id order { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

async function list({ ask }: World<FakeProvider>, variables: object) {
  const { data, errors } = await ask(FINANCE)(LIST, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.payments as { nodes: { id: string; order: { id: string } }[]; pageInfo: Record<string, unknown> };
}

const ordersOf = async (world: World<FakeProvider>, filter: object): Promise<readonly string[]> =>
  (await list(world, { filter })).nodes.map(({ order }) => order.id).reverse();

async function heldMetric({ url }: World<FakeProvider>): Promise<string | undefined> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return /^cartograph_payments_held (\d+)$/m.exec(text)?.[1];
}

/** A payment of 100.00 in each way to stand, none of which has changed for 40 days; and the orders of those that hold money. */
async function openAll() {
  const world = await openWorld();
  const pay = async (token: string, then: readonly (readonly ['capture' | 'refund' | 'release', string])[] = []) => {
    const orderId = newOrder();
    await authorize(world, { orderId, token });
    for (const [name, amount] of then)
      expect(await effect(world, `${name}Payment`, orderId, { key: `${name}-${amount}`, amount })).toMatchObject({
        __typename: 'PaymentEffectSuccess',
      });
    return orderId;
  };
  const standing = async (status: string) => {
    const orderId = await pay('tok_3ds');
    await world.db.pool.query('UPDATE payments SET status = $2, check_at = NULL WHERE order_id = $1', [
      orderId,
      status,
    ]);
  };
  for (const status of ['CREATED', 'PENDING', 'UNKNOWN']) await standing(status);
  await pay('tok_3ds');
  await pay('tok_declined');
  await pay('tok_success', [['release', '100.00']]);
  await pay('tok_success', [['capture', '100.00']]);
  await pay('tok_success', [
    ['capture', '60.00'],
    ['release', '40.00'],
  ]);
  await pay('tok_success', [
    ['capture', '100.00'],
    ['refund', '10.00'],
  ]);
  await pay('tok_success', [
    ['capture', '100.00'],
    ['refund', '100.00'],
  ]);
  // What is just being taken is held for that.
  const underWay = await pay('tok_success');
  await world.db.pool.query('UPDATE payments SET capturing_minor = 10000 WHERE order_id = $1', [underWay]);
  const holding = [
    await pay('tok_success'),
    await pay('tok_success', [['capture', '60.00']]),
    await pay('tok_success', [['release', '30.00']]),
    await pay('tok_success', [
      ['capture', '60.00'],
      ['refund', '10.00'],
    ]),
    await pay('tok_success', [
      ['capture', '60.00'],
      ['refund', '60.00'],
    ]),
  ];
  await world.db.pool.query('UPDATE payments SET updated_at = $1', [daysAgo(40)]);
  return { world, holding };
}

describe('the payments that hold reserved money', () => {
  it('are listed by how long they have not changed, whatever their status', async () => {
    const { world, holding } = await openAll();
    await using _ = world;
    const { rows } = await world.db.pool.query('SELECT DISTINCT status FROM payments');
    expect(rows).toHaveLength(11);
    expect(await ordersOf(world, { heldSince: daysAgo(30) })).toEqual(holding);
    expect(await ordersOf(world, { heldSince: daysAgo(41) })).toEqual([]);
    expect(await ordersOf(world, { heldSince: daysAgo(30), statuses: ['REFUNDED'] })).toEqual(holding.slice(4));
    expect(await ordersOf(world, { heldSince: daysAgo(30), orderId: holding[1] })).toEqual([holding[1]]);
    await effect(world, 'capturePayment', holding[0] ?? '', { key: 'late', amount: '1.00' });
    expect(await ordersOf(world, { heldSince: daysAgo(30) })).toEqual(holding.slice(1));
    expect(await ordersOf(world, { heldSince: daysAgo(0) })).toContain(holding[0]);
  });

  it('come page by page, in one statement', async () => {
    const { world, holding } = await openAll();
    await using _ = world;
    const filter = { heldSince: daysAgo(30) };
    const first = await list(world, { filter, first: 3 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    world.db.statements.record(true);
    const rest = await list(world, { filter, first: 3, after: first.pageInfo.endCursor });
    expect(world.db.statements.texts.filter((text) => text.includes('updated_at <='))).toHaveLength(1);
    world.db.statements.record(false);
    expect([...first.nodes, ...rest.nodes].map(({ order }) => order.id)).toEqual(holding.toReversed());
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it('are counted for an alarm after 30 days, and are no difference of the books', async () => {
    const { world, holding } = await openAll();
    await using _ = world;
    await world.db.pool.query(`UPDATE payments SET capturing_minor = 0 WHERE capturing_minor > 0`);
    expect(await heldMetric(world)).toBe(String(holding.length + 1));
    await world.db.pool.query('UPDATE payments SET updated_at = $1', [daysAgo(29)]);
    expect(await heldMetric(world)).toBe('0');
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('are shown to staff alone, and asked for by a moment', async () => {
    await using world = await openWorld();
    const asked = { filter: { heldSince: daysAgo(1) } };
    expect((await world.ask(bob)(LIST, asked)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { errors } = await world.ask(FINANCE)(LIST, { filter: { heldSince: 'yesterday' } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
