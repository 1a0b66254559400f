import { describe, expect, it, vi } from 'vitest';
import type { Crm } from '../src/ports/crm.ts';
import { CONSENT, ERASE, ORDER, order, RECORD, RENAME, REPLAY, statusesOf } from './sync-requests.ts';
import { newCustomer, ORDERS, openWorld, SUPPORT } from './world.ts';

/** A customer as a CRM shows them. */
export interface Shown {
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly orders: number;
  /** Number and status. */
  readonly lastOrder: string | null;
}

export interface CrmWorld extends AsyncDisposable {
  readonly crm: Crm;
  /** By our ids. */
  contacts(): ReadonlyMap<string, Shown>;
  /** Names and statuses as they were taken, one after the other. */
  taken(): readonly string[];
  /** The next call does not arrive, or its answer does not come back. */
  lose(at: 'before' | 'after', times?: number): void;
  /** The next call is one too many. */
  limit(): void;
  /** From now on nothing about this address is taken; or everything again. */
  refuse(email: string | null): void;
}

/** What every CRM does, however it is spoken to. */
export function describeCrm(name: string, openCrm: () => Promise<CrmWorld>): void {
  async function open() {
    const receiver = await openCrm();
    const world = await openWorld({ receivers: { crms: [receiver.crm], marketing: [] } });
    const statuses = () => statusesOf(world, receiver.crm.name);
    await soon(async () =>
      expect((await world.db.pool.query('SELECT FROM sync_receivers WHERE backfill_after IS NULL')).rowCount).toBe(1),
    );
    return {
      ...{ receiver, world, statuses },
      settled: () => soon(async () => expect(await statuses()).not.toContain('PENDING')),
      /** Lets the pauses pass between tries, and each try its time. */
      settledInTime: () =>
        vi.waitFor(
          async () => {
            world.pass(35);
            expect(await statuses()).not.toContain('PENDING');
          },
          { timeout: 12_000, interval: 1_000 },
        ),
      record: (input: object) => world.as(ORDERS)(RECORD, { input }),
      async [Symbol.asyncDispose]() {
        await world[Symbol.asyncDispose]();
        await receiver[Symbol.asyncDispose]();
      },
    };
  }

  describe(`the CRM ${name}`, () => {
    it('shows a customer once, as they are, with what they bought', async () => {
      await using shop = await open();
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada King', phone: '+49 30 777' });
      await shop.settled();
      expect([...shop.receiver.contacts()]).toEqual([
        [ada.id, { email: 'ada@example.com', name: 'Ada King', phone: '+49 30 777', orders: 0, lastOrder: null }],
      ]);
      await ada.ask(RENAME, { name: 'Ada Lovelace' });
      await shop.record(order(ada.id));
      await ada.ask(CONSENT, { input: { topic: 'EMAIL', granted: true, source: 'test' } });
      await shop.settled();
      const [[id, shown] = []] = [...shop.receiver.contacts()];
      expect(shop.receiver.contacts().size).toBe(1);
      expect(id).toBe(ada.id);
      expect(shown).toMatchObject({ name: 'Ada Lovelace', orders: 1, lastOrder: '1001 CONFIRMED' });
    });

    it('is told in order, also when calls and answers are lost on the way', async () => {
      await using shop = await open();
      // More than one delivery repeats by itself.
      shop.receiver.lose('before', 4);
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada 1' });
      await soon(async () =>
        expect(
          await shop.world.db.pool.query('SELECT FROM sync_deliveries WHERE last_error IS NOT NULL'),
        ).toMatchObject({ rowCount: 1 }),
      );
      await shop.record(order(ada.id));
      await shop.record(order(ada.id, { status: 'FULFILLED', statusAt: '2026-02-01T12:00:00Z' }));
      await shop.record(order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' }));
      shop.receiver.lose('after');
      await shop.settledInTime();
      expect(shop.receiver.contacts().size).toBe(1);
      expect(shop.receiver.contacts().get(ada.id)).toMatchObject({ orders: 1, lastOrder: '1001 DELIVERED' });
      expect(await shop.statuses()).toEqual(Array.from({ length: 4 }, () => 'DELIVERED'));
      expect(shop.receiver.taken().at(-1)).toContain('DELIVERED');
    });

    it('is left alone for a while when it says that it is too much', async () => {
      await using shop = await open();
      shop.receiver.limit();
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
      await soon(async () =>
        expect(
          (await shop.world.db.pool.query('SELECT FROM sync_deliveries WHERE last_error IS NOT NULL')).rowCount,
        ).toBe(1),
      );
      expect(shop.receiver.contacts().size).toBe(0);
      shop.world.pass(7_300);
      await shop.settled();
      expect(shop.receiver.contacts().has(ada.id)).toBe(true);
    });

    it('makes a dead letter of what it refuses, which is told when it is replayed', async () => {
      await using shop = await open();
      shop.receiver.refuse('ada@example.com');
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
      const bob = await newCustomer(shop.world, 'bob@example.com', { name: 'Bob' });
      await shop.settled();
      expect((await shop.statuses()).sort()).toEqual(['DEAD', 'DELIVERED']);
      expect([...shop.receiver.contacts().keys()]).toEqual([bob.id]);
      shop.receiver.refuse(null);
      const { rows } = await shop.world.db.pool.query(`SELECT id FROM sync_deliveries WHERE status = 'DEAD'`);
      await shop.world.as(SUPPORT)(REPLAY, { id: rows[0].id });
      await shop.settled();
      expect(shop.receiver.contacts().has(ada.id)).toBe(true);
    });

    it('forgets who was erased, also when it is told twice, and nobody else', async () => {
      await using shop = await open();
      const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
      const bob = await newCustomer(shop.world, 'bob@example.com', { name: 'Bob' });
      await shop.record(order(ada.id));
      await shop.record(order(bob.id, { id: ORDER.replace(/0$/, '1'), number: '1002' }));
      await shop.settled();
      shop.receiver.lose('after');
      await ada.ask(ERASE, { confirm: 'ada@example.com' });
      await shop.settledInTime();
      expect([...shop.receiver.contacts().keys()]).toEqual([bob.id]);
      expect(shop.receiver.contacts().get(bob.id)?.lastOrder).toBe('1002 CONFIRMED');
      expect(JSON.stringify(shop.receiver.taken().at(-1))).not.toContain('ada@');
      await shop.receiver.crm.erase({ id: ada.id, email: 'ada@example.com', phone: null });
    });
  });
}

const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 8_000 });
