import { randomUUID } from 'node:crypto';
import { SIGNATURE_HEADER, signWebhook } from '@cartograph/sandbox/webhooks';
import { describe, expect, it } from 'vitest';
import type { FakeProvider } from './fakes.ts';
import { ada, authorize, FINANCE, openConnections, openWorld, WEBHOOK_SECRET, type World } from './setup.ts';

type Open = World<FakeProvider>;

async function post(world: Open, body: string, signature = signWebhook(WEBHOOK_SECRET, body)): Promise<number> {
  const headers = { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature };
  const response = await fetch(new URL('/webhooks/fake', world.url), { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

/** A payment that the buyer has confirmed, and the event that tells it. */
async function approved(world: Open) {
  const { payment } = await authorize(world, { token: 'tok_3ds', capture: 'AUTOMATIC' });
  world.provider.decide(payment?.id ?? '', true);
  const snapshot = world.provider.snapshot(payment?.id ?? '');
  return { id: `evt_${randomUUID()}`, type: `payment.${snapshot.status}`, payment: snapshot };
}

const LIST = /* GraphQL */ `
  query ($status: ProviderEventStatus, $first: Int!, $after: String) {
    providerEvents(status: $status, first: $first, after: $after) {
      nodes { id provider type status deliveries attempts lastError appliedAt } pageInfo { hasNextPage endCursor }
    }
  }
`;
const REPLAY = /* GraphQL */ `
  mutation ($id: ID!) {
    replayProviderEvent(id: $id) {
      __typename
      ... on ReplayProviderEventSuccess { event { id status } }
    }
  }
`;

async function events(world: Open, status: string | null = null): Promise<readonly any[]> {
  const { data, errors } = await world.ask(FINANCE)(LIST, { status, first: 100 });
  expect(errors).toBeUndefined();
  return data.providerEvents.nodes;
}
const statusOf = async ({ db }: Open) => (await db.pool.query('SELECT status FROM payments')).rows[0]?.status;

describe('an event of the provider', () => {
  it('that comes twenty times at once is stored once and applied by one alone', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const event = JSON.stringify(await approved(world));
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, event)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await events(world)).toMatchObject([{ status: 'APPLIED', deliveries: 20, attempts: 1 }]);
    const { rows } = await world.db.pool.query('SELECT count(*)::int AS told FROM outbox');
    expect([await statusOf(world), rows]).toEqual(['CAPTURED', [{ told: 1 }]]);
  });

  it('of a type that we do not know is kept, and seen to be ignored', async () => {
    await using world = await openWorld();
    expect(await post(world, '{"id":"evt_1","type":"payout.paid","data":{}}')).toBe(200);
    expect(await events(world, 'IGNORED')).toMatchObject([{ id: 'fake:evt_1', type: 'payout.paid', attempts: 0 }]);
  });

  it('that cannot be applied is taken all the same, tried again, given up, seen by staff and replayed', async () => {
    await using world = await openWorld();
    const event = await approved(world);
    const { settle } = world.ports.authorizations;
    world.ports.authorizations.settle = () => Promise.reject(new Error('the books are closed'));
    expect(await post(world, JSON.stringify(event))).toBe(200);
    expect(await events(world)).toMatchObject([{ status: 'WAITING', attempts: 1, lastError: 'the books are closed' }]);
    for (let attempt = 2; attempt <= 12; attempt += 1) {
      await world.makeDue();
      await world.operations.recoverPayments().catch(() => {});
    }
    const [dead] = await events(world, 'DEAD');
    expect(dead).toMatchObject({ attempts: 12, lastError: 'the books are closed' });
    await world.makeDue();
    await world.operations.recoverPayments().catch(() => {});
    expect((await events(world))[0].attempts).toBe(12);

    world.ports.authorizations.settle = settle;
    const { data } = await world.ask(FINANCE)(REPLAY, { id: dead.id });
    expect(data.replayProviderEvent.event).toMatchObject({ id: dead.id, status: 'WAITING' });
    await world.operations.recoverPayments();
    expect(await events(world)).toMatchObject([{ status: 'APPLIED', attempts: 1, lastError: null }]);
    expect(await statusOf(world)).toBe('CAPTURED');
    const again = await world.ask(FINANCE)(REPLAY, { id: dead.id });
    expect(again.data.replayProviderEvent.event.status).toBe('APPLIED');
  });

  it('that fails again and again keeps no other from being applied', async () => {
    await using world = await openWorld();
    const { settle } = world.ports.authorizations;
    const bad = await approved(world);
    world.ports.authorizations.settle = (one) =>
      one.paymentId === bad.payment.reference ? Promise.reject(new Error('bad')) : settle(one);
    for (let n = 0; n < 25; n += 1) await post(world, JSON.stringify({ ...bad, id: `evt_bad_${n}` }));
    const good = await approved(world);
    await world.ports.inbox.receive({ ...good, reference: good.payment.reference }, 'fake', good);
    // Each run takes twenty; those that have just failed stand at the end of the line.
    for (let run = 0; run < 2; run += 1) {
      if (run === 0) await world.makeDue();
      await world.operations.recoverPayments().catch(() => {});
    }
    expect(await events(world, 'APPLIED')).toMatchObject([{ id: `fake:${good.id}` }]);
  });

  it('is signed with any of the secrets that are in use, and refused beyond them', async () => {
    await using world = await openWorld();
    const event = JSON.stringify(await approved(world));
    const [t, good] = signWebhook(WEBHOOK_SECRET, event).split(',');
    expect(await post(world, event, `${t},v1=${'0'.repeat(64)}`)).toBe(401);
    expect(await post(world, event, `${t},v1=${'0'.repeat(64)},${good}`)).toBe(200);
  });

  it('that is too large, no JSON or without an id is refused and not stored', async () => {
    await using world = await openWorld();
    expect(await post(world, JSON.stringify({ id: 'evt_1', type: 'a', data: 'x'.repeat(300_000) }))).toBe(413);
    for (const body of ['', '{', '[]', 'null', '{"type":"a"}', '{"id":1,"type":"a"}', '{"id":"a\\u0000","type":"a"}'])
      expect([body, await post(world, body)]).toEqual([body, 400]);
    expect(await events(world)).toEqual([]);
  });

  it('is shown in pages to finance staff alone', async () => {
    await using world = await openWorld();
    for (const n of [1, 2, 3]) await post(world, `{"id":"evt_${n}","type":"payout.paid"}`);
    const ask = async (after: string | null) =>
      (await world.ask(FINANCE)(LIST, { first: 2, after })).data.providerEvents as any;
    const one = await ask(null);
    const two = await ask(one.pageInfo.endCursor);
    expect([...one.nodes, ...two.nodes].map(({ id }) => id)).toEqual(['fake:evt_3', 'fake:evt_2', 'fake:evt_1']);
    expect((await world.ask(ada)(LIST, { first: 1 })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await world.ask(ada)(REPLAY, { id: 'fake:evt_1' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
