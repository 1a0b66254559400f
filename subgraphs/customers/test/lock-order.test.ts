import { meetLocked, waitsFor } from '@cartograph/runtime/testing/meet-locked';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it, vi } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createAddressStore } from '../src/datasources/address-store.ts';
import { createConsentStore } from '../src/datasources/consent-store.ts';
import { createGroupStore } from '../src/datasources/group-store.ts';
import { createMaintenance } from '../src/datasources/maintenance-store.ts';
import { createNotificationStore } from '../src/datasources/notification-store.ts';
import { createOneTimeTokenStore } from '../src/datasources/one-time-token-store.ts';
import { createSessionStore } from '../src/datasources/session-store.ts';
import { createSyncQueue } from '../src/datasources/sync-queue.ts';

// Each of these once waited in a circle with what the other transaction stands for, or did not see what it had done:
// docs/locks.md.

const ADA = 'Customer:ADA';
const GRACE = 'Staff:GRACE';
const NOW = new Date();
const HASH = '$scrypt$';

/** Ada with an address; each of the two has two links to set a password, and Ada one to confirm her address. */
async function openAccounts() {
  const db = await testDatabase('customers');
  await db.pool.query(`
    INSERT INTO customers (id, email, locale, search, created_at, updated_at) VALUES ('${ADA}', 'ada', 'en', '', now(), now());
    INSERT INTO addresses (id, customer_id, input_digest, name, line1, city, postal_code, country_code, created_at, updated_at)
      VALUES ('Address:1', '${ADA}', '', 'Ada', 'Allee 1', 'Berlin', '10178', 'DE', now(), now());
    INSERT INTO staff (id, email, name, roles, created_at) VALUES ('${GRACE}', 'grace', 'Grace', '{ADMIN}', now());
    INSERT INTO one_time_tokens (id, account_id, purpose, created_at, expires_at)
      SELECT purpose || n || account, account, purpose, now(), now() + interval '1 hour'
      FROM unnest(ARRAY['${ADA}', '${GRACE}']) account, unnest(ARRAY['RESET_PASSWORD', 'VERIFY_EMAIL']) purpose,
        generate_series(1, 2) n`);
  return db;
}

const customer = `SELECT FROM customers WHERE id = '${ADA}' FOR UPDATE`;
const erases = `UPDATE customers SET erased_at = now(), email = 'erased:' || id, name = NULL, phone = NULL, search = ''
  WHERE id = '${ADA}'`;

describe('a customer is locked before what is theirs', () => {
  const removes = `DELETE FROM addresses WHERE id = 'Address:1'`;

  it('when an address is removed that another request makes the default', async () => {
    await using db = await openAccounts();
    const wants = `SELECT FROM addresses WHERE id = 'Address:1' FOR KEY SHARE`;
    const removed = await meetLocked(db.pool, { has: customer, wants }, () =>
      createAddressStore(db).remove(ADA, 'Address:1'),
    );
    expect(removed).toBe(true);
  });

  it('and an address that is gone by then becomes no default', async () => {
    await using db = await openAccounts();
    const isSet = await meetLocked(db.pool, { has: customer, wants: removes }, () =>
      createAddressStore(db).setDefault(ADA, 'Address:1', ['SHIPPING'], NOW),
    );
    expect(isSet).toBe(false);
  });

  it('when they confirm their address while they are erased', async () => {
    await using db = await openAccounts();
    const wants = `DELETE FROM one_time_tokens WHERE account_id = '${ADA}'`;
    const verified = await meetLocked(db.pool, { has: customer, wants }, () =>
      createOneTimeTokenStore(db).verifyEmail(`VERIFY_EMAIL1${ADA}`, NOW),
    );
    expect(verified?.id).toBe(undefined);
  });

  it.each([ADA, GRACE])('when two links set a password at once, of %s', async (accountId) => {
    await using db = await openAccounts();
    const token = (n: number) => `SELECT FROM one_time_tokens WHERE id = 'RESET_PASSWORD${n}${accountId}' FOR UPDATE`;
    const table = accountId === ADA ? 'customers' : 'staff';
    const other = { has: `SELECT FROM ${table} FOR NO KEY UPDATE; ${token(2)}`, wants: token(1) };
    const expiresAt = new Date(NOW.getTime() + 60_000);
    const session = {
      ...{ id: 'Session:1', accountId, guestId: null, createdAt: NOW, expiresAt },
      token: { hash: 'a'.repeat(64), salt: 's', createdAt: NOW, expiresAt },
    };
    const purpose = 'RESET_PASSWORD' as const;
    const isReset = await meetLocked(db.pool, other, () =>
      createOneTimeTokenStore(db).resetPassword(
        { id: `RESET_PASSWORD1${accountId}`, accountId, purpose, createdAt: NOW, expiresAt },
        HASH,
        session,
      ),
    );
    expect(isReset).toBe(true);
  });
});

it('a session is locked before its tokens, as by the sweep that deletes it', async () => {
  await using db = await openAccounts();
  const hash = 'b'.repeat(64);
  await db.pool.query(`
    INSERT INTO sessions (id, account_id, created_at, last_used_at, expires_at) VALUES ('S', '${ADA}', now(), now(), 'infinity');
    INSERT INTO refresh_tokens (hash, session_id, salt, created_at, expires_at) VALUES ('${hash}', 'S', '', now(), 'infinity')`);
  const other = {
    has: `SELECT FROM sessions FOR UPDATE`,
    wants: `DELETE FROM refresh_tokens WHERE hash = '${hash}'`,
  };
  const outcome = await meetLocked(db.pool, other, () =>
    createSessionStore(db).refresh({
      hash,
      now: NOW,
      next: { salt: 't', expiresAt: NOW },
      hashOfNext: () => 'c'.repeat(64),
    }),
  );
  expect(outcome).toEqual({ kind: 'ended' });
});

it('a sweep waits for nobody who has locked what it would delete', async () => {
  await using db = await openAccounts();
  const old = `now() - interval '100 days'`;
  await db.pool.query(`
    INSERT INTO sessions (id, account_id, created_at, last_used_at, expires_at)
      SELECT n, '${ADA}', ${old}, ${old}, ${old} FROM generate_series(1, 2) n`);
  const lock = (id: string) => `SELECT FROM sessions WHERE id = '${id}' FOR UPDATE`;
  await meetLocked(db.pool, { has: lock('2'), wants: lock('1') }, () => createMaintenance(db).sweep(NOW));
  const { rows } = await db.pool.query('SELECT id FROM sessions');
  expect(rows).toEqual([{ id: '2' }]);
});

describe('of who is erased at the same moment', () => {
  const open = async () => {
    const db = await openAccounts();
    await db.pool.query('DELETE FROM addresses');
    return db;
  };

  it('no consent is written', async () => {
    await using db = await open();
    await meetLocked(db.pool, { has: customer, wants: erases }, () =>
      createConsentStore(db).record(ADA, { id: 'C', topic: 'EMAIL', granted: true, source: 's', decidedAt: NOW }),
    );
    expect((await db.pool.query('SELECT FROM consents')).rowCount).toBe(0);
  });

  it('no message is kept', async () => {
    await using db = await open();
    const messages = createNotificationStore(db, new PrismaClient({ adapter: db.adapter }));
    await meetLocked(db.pool, { has: customer, wants: erases }, () =>
      messages.add({
        ...{ id: 'N', key: 'K', template: 'order-confirmed', channel: 'EMAIL', recipient: 'ada@example.com' },
        ...{ customerId: ADA, locale: 'en', data: {}, subject: 'Your order', createdAt: NOW },
      }),
    );
    expect((await db.pool.query('SELECT FROM notifications')).rowCount).toBe(0);
  });

  it('no membership is written', async () => {
    await using db = await open();
    await db.pool.query(`INSERT INTO customer_groups (id, code, name, created_at) VALUES ('G', 'VIP', 'VIP', now())`);
    const groups = createGroupStore(db, new PrismaClient({ adapter: db.adapter }));
    const changed = await meetLocked(db.pool, { has: customer, wants: erases }, () =>
      groups.changeMembers('G', { add: [ADA], remove: [] }, NOW),
    );
    expect(changed?.added).toBe(0);
  });
});

it('what an erasure needed is forgotten when two receivers are told of it at once', async () => {
  await using db = await openAccounts();
  await db.pool.query(`
    INSERT INTO sync_events (position, customer_id, type, data) VALUES (1, '${ADA}', 'CUSTOMER_ERASED', '{"email": "ada"}');
    INSERT INTO sync_deliveries (id, event_position, receiver, customer_id, attempts)
      SELECT n, 1, 'receiver ' || n, '${ADA}', 1 FROM generate_series(1, 2) n`);
  const queue = createSyncQueue(db);
  const end = (id: string) =>
    queue.end(
      {
        ...{ id, receiver: `receiver ${id}`, customerId: ADA, event: 'CUSTOMER_ERASED', data: {} },
        ...{ occurredAt: NOW, attempts: 1, tries: 1 },
      },
      'DELIVERED',
      NOW,
    );
  const holder = await db.pool.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM sync_deliveries WHERE id = '2' FOR UPDATE`);
  const second = end('2');
  await waitsFor(holder, second);
  const first = end('1').then(() => 'done');
  const bothWait = vi.waitFor(async () => {
    const { rowCount } = await holder.query('SELECT DISTINCT pid FROM pg_locks WHERE NOT granted');
    expect(rowCount).toBe(2);
  });
  await Promise.race([first, bothWait]);
  await holder.query('COMMIT');
  holder.release();
  await Promise.all([first, second]);
  const { rows } = await db.pool.query('SELECT data FROM sync_events WHERE position = 1');
  expect(rows).toEqual([{ data: {} }]);
});
