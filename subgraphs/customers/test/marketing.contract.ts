import { describe, expect, it, vi } from 'vitest';
import type { Marketing } from '../src/ports/marketing.ts';
import { CONSENT, consent, deliveries, ERASE, order, RECORD, RENAME, REPLAY, statusesOf } from './sync-requests.ts';
import { newCustomer, ORDERS, openWorld, SUPPORT } from './world.ts';

export interface MarketingWorld extends AsyncDisposable {
  readonly tool: Marketing;
  /** Whether news may come by mail, per our id; null for a tool that keeps no profiles. */
  profiles(): ReadonlyMap<string, boolean> | null;
  /** The orders that were placed, as it counts them. */
  placed(): number;
  /** Whatever was sent to it. */
  traffic(): string;
  lose(at: 'before' | 'after', times?: number): void;
  limit(): void;
  refuse(email: string | null): void;
}

const ALL = ['MARKETING', 'EMAIL'];
const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 8_000 });

async function openShop(openTool: () => Promise<MarketingWorld>) {
  const receiver = await openTool();
  const world = await openWorld({ receivers: { crms: [], marketing: [receiver.tool] } });
  await soon(async () =>
    expect((await world.db.pool.query('SELECT FROM sync_receivers WHERE backfill_after IS NULL')).rowCount).toBe(1),
  );
  const statuses = () => statusesOf(world, receiver.tool.name);
  return {
    ...{ receiver, world, statuses },
    settled: () => soon(async () => expect(await statuses()).not.toContain('PENDING')),
    settledInTime: () =>
      vi.waitFor(
        async () => {
          world.pass(35);
          expect(await statuses()).not.toContain('PENDING');
        },
        { timeout: 12_000, interval: 1_000 },
      ),
    failed: () =>
      soon(async () =>
        expect((await world.db.pool.query('SELECT FROM sync_deliveries WHERE last_error IS NOT NULL')).rowCount).toBe(
          1,
        ),
      ),
    record: (input: object) => world.as(ORDERS)(RECORD, { input }),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

/** What every marketing tool does, however it is spoken to. */
export function describeMarketing(name: string, openTool: () => Promise<MarketingWorld>): void {
  describe(`the marketing tool ${name}`, () => {
    it('hears nothing of who has not agreed, whatever they do', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada', consentTo: ['EMAIL', 'SMS'] });
      await ada.ask(RENAME, { name: 'Ada 2' });
      await shop.record(order(ada.id));
      await shop.settled();
      expect(new Set(await shop.statuses())).toEqual(new Set(['SKIPPED']));
      await ada.ask(ERASE, { confirm: 'ada@example.com' });
      await shop.settled();
      expect(shop.receiver.traffic()).toBe('');
    });

    it('hears of who has agreed, and counts an order once, also when answers are lost', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada', consentTo: ALL });
      await shop.settled();
      shop.receiver.lose('after', 2);
      await shop.record(order(ada.id));
      await shop.failed();
      await shop.settledInTime();
      expect(shop.receiver.placed()).toBe(1);
      const profiles = shop.receiver.profiles();
      if (profiles) expect([...profiles]).toEqual([[ada.id, true]]);
    });

    it('is told of a withdrawal, and hears nothing after it', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada', consentTo: ALL });
      await shop.record(order(ada.id));
      await shop.settled();
      expect(shop.receiver.placed()).toBe(1);
      await ada.ask(CONSENT, consent(false));
      await shop.settled();
      expect(shop.receiver.profiles()?.get(ada.id) ?? false).toBe(false);
      const before = shop.receiver.traffic();
      await shop.record(order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' }));
      await ada.ask(RENAME, { name: 'Ada 2' });
      await shop.settled();
      expect(shop.receiver.traffic()).toBe(before);
    });

    it('does not get an event whose customer withdraws while it waits', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { consentTo: ALL });
      await shop.settled();
      shop.receiver.lose('before', 2);
      await shop.record(order(ada.id));
      await shop.failed();
      await ada.ask(CONSENT, consent(false));
      await shop.settledInTime();
      expect(shop.receiver.placed()).toBe(0);
      const told = await deliveries(shop.world, { customerId: ada.id });
      expect(told.find(({ event }) => event === 'ORDER_PLACED')?.status).toBe('SKIPPED');
    });

    it('is left alone for a while when it says that it is too much', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { consentTo: ALL });
      await shop.settled();
      shop.receiver.limit();
      await shop.record(order(ada.id));
      await shop.failed();
      const { rows } = await shop.world.db.pool.query<{ due: Date }>(
        `SELECT due_at AS due FROM sync_deliveries WHERE status = 'PENDING'`,
      );
      expect((rows[0]?.due.getTime() ?? 0) - Date.now()).toBeGreaterThan(7_000_000);
      shop.world.pass(7_300);
      await shop.settled();
      expect(shop.receiver.placed()).toBe(1);
    });

    it('makes a dead letter of what it refuses, which is told when it is replayed', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { consentTo: ALL });
      await shop.settled();
      shop.receiver.refuse('ada@example.com');
      await shop.record(order(ada.id));
      await shop.settled();
      const [dead] = await deliveries(shop.world, { status: 'DEAD' });
      expect(dead?.event).toBe('ORDER_PLACED');
      shop.receiver.refuse(null);
      await shop.world.as(SUPPORT)(REPLAY, { id: dead?.id });
      await shop.settled();
      expect(shop.receiver.placed()).toBe(1);
    });

    it('forgets who was erased', async () => {
      await using shop = await openShop(openTool);
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada', consentTo: ALL });
      await shop.settled();
      await ada.ask(ERASE, { confirm: 'ada@example.com' });
      await shop.settled();
      expect(shop.receiver.profiles()?.size ?? 0).toBe(0);
      await shop.receiver.tool.erase({ id: ada.id, email: 'ada@example.com', phone: null });
    });
  });
}
