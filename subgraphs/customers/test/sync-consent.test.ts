import { describe, expect, it } from 'vitest';
import {
  CONSENT,
  consent,
  deliveries,
  ERASE,
  openSynced,
  order,
  RENAME,
  record,
  settled,
  soon,
} from './sync-requests.ts';
import { newCustomer } from './world.ts';

describe('consent', () => {
  it('decides what a marketing tool hears: nothing without it, and its withdrawal', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    await record(shop.world, order(ada.id));
    await settled(shop.world);
    expect(shop.marketing.log).toEqual([]);
    await ada.ask(CONSENT, consent(true));
    await settled(shop.world);
    expect(shop.marketing.log).toEqual(['profile MARKETING']);
    await record(shop.world, order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' }));
    await ada.ask(CONSENT, consent(false));
    await settled(shop.world);
    expect(shop.marketing.log.slice(1).filter((entry) => entry === 'withdraw')).toEqual(['withdraw']);
    expect(shop.marketing.log.at(-1)).toBe('withdraw');
    await ada.ask(RENAME, { name: 'Ada 2' });
    await ada.ask(CONSENT, consent(true, 'EMAIL'));
    await settled(shop.world);
    expect(shop.marketing.log.filter((entry) => /^(profile|event)/.test(entry)).length).toBeLessThanOrEqual(2);
  });

  it('that is withdrawn while an event waits keeps the event from being sent', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { consentTo: ['MARKETING'] });
    await settled(shop.world);
    shop.marketing.log.length = 0;
    shop.marketing.trouble.add({ times: 1 });
    await record(shop.world, order(ada.id));
    await soon(async () =>
      expect((await deliveries(shop.world, { receiver: 'memory-marketing' }))[0]?.lastError).toMatch(/no answer/),
    );
    await ada.ask(CONSENT, consent(false));
    shop.world.pass(6);
    await settled(shop.world);
    expect(shop.marketing.log).toEqual(['withdraw']);
    expect(shop.marketing.events.size).toBe(0);
    expect((await deliveries(shop.world, { status: 'SKIPPED', receiver: 'memory-marketing' })).length).toBe(1);
  });
});

describe('an erasure', () => {
  it('is passed on to those who know the customer, and to nobody else; what it needed is then forgotten', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    await record(shop.world, order(ada.id));
    await settled(shop.world);
    shop.crm.trouble.add({ times: 1 });
    await ada.ask(ERASE, { confirm: 'ada@example.com' });
    await soon(async () =>
      expect((await deliveries(shop.world, { event: undefined, receiver: 'memory' }))[0]?.lastError).toMatch(
        /no answer/,
      ),
    );
    shop.world.pass(6);
    await settled(shop.world);
    expect(shop.crm.customers.size).toBe(0);
    expect(shop.crm.orders.size).toBe(0);
    expect(shop.marketing.log).toEqual([]);
    for (const table of ['sync_events', 'sync_deliveries', 'sync_acquaintances', 'customer_orders']) {
      const { rows } = await shop.world.db.pool.query(`SELECT t::text AS row FROM ${table} t`);
      expect(JSON.stringify(rows), table).not.toMatch(/ada@|1001/i);
    }
    expect((await shop.world.db.pool.query('SELECT FROM sync_acquaintances')).rowCount).toBe(0);
    // What orders tells late is of nobody any more.
    await record(shop.world, order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' }));
    expect((await shop.world.db.pool.query('SELECT FROM customer_orders')).rowCount).toBe(0);
  });

  it('overtakes what was still to be told: of who is erased nothing more is', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { consentTo: ['MARKETING'] });
    await settled(shop.world);
    shop.crm.trouble.add({ times: 1 });
    shop.marketing.trouble.add({ times: 1 });
    await record(shop.world, order(ada.id));
    await soon(async () =>
      expect((await deliveries(shop.world, { status: 'PENDING' })).map(({ lastError }) => !!lastError)).toEqual([
        true,
        true,
      ]),
    );
    await ada.ask(ERASE, { confirm: 'ada@example.com' });
    shop.world.pass(6);
    await settled(shop.world);
    expect(shop.crm.log.at(-1)).toBe('erase');
    expect(shop.crm.orders.size + shop.marketing.events.size).toBe(0);
    expect(shop.marketing.log.at(-1)).toBe('erase');
  });
});
