import { describe, expect, it } from 'vitest';
import { newCustomer, ORDERS, openWorld, PASSWORD, register, SUPPORT, signIn, tokenMailedTo, until } from './world.ts';

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Secret Lane 1',
  city: 'Berlin',
  countryCode: 'DE',
  phone: '+49 30 777',
};
const ADD =
  'mutation ($input: AddAddressInput!) { addAddress(input: $input) { ... on AddAddressSuccess { address { id } } } }';
const ERASE =
  'mutation ($confirm: String!) { eraseMe(confirm: $confirm) { __typename ... on EraseMeSuccess { erasedAt } } }';

describe('a customer', () => {
  it('takes home everything that is kept about them, and no secret', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { name: 'Ada', consentTo: ['SMS'] });
    await newCustomer(world, 'bob@example.com');
    await ada.ask(ADD, { input: { address: ADDRESS } });
    const { data } = await ada.ask('{ exportMyData { generatedAt json } }');
    const everything = JSON.parse(data.exportMyData.json);
    expect(Object.keys(everything)).toEqual([
      'customer',
      'addresses',
      'groups',
      'consents',
      'consentHistory',
      'sessions',
      'notifications',
      'orders',
    ]);
    expect(everything).toMatchObject({
      customer: { email: 'ada@example.com', name: 'Ada' },
      addresses: [{ line1: 'Secret Lane 1' }],
      consents: [{ topic: 'SMS', granted: true }],
      consentHistory: [{ topic: 'SMS', source: 'registration' }],
      sessions: [{ endedAt: null }],
      notifications: [{ template: 'verify-email', recipient: 'ada@example.com' }],
    });
    expect(data.exportMyData.json).not.toMatch(/scrypt|hash|salt|bob@/i);
  });

  it('is erased only with the right confirmation, and then leaves no trace of who they were', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', {
      name: 'Ada Lovelace',
      phone: '+49 30 777',
      consentTo: ['EMAIL'],
    });
    const { data: added } = await ada.ask(ADD, { input: { address: ADDRESS } });
    await tokenMailedTo(world, 'ada@example.com', 'verify-email');
    await signIn(world, 'ada@example.com', 'wrong');
    expect((await ada.ask(ERASE, { confirm: 'bob@example.com' })).data.eraseMe.__typename).toBe('ConfirmationMismatch');
    expect((await ada.ask('{ me { email } }')).data.me.email).toBe('ada@example.com');
    expect((await ada.ask(ERASE, { confirm: 'Ada@Example.com ' })).data.eraseMe.__typename).toBe('EraseMeSuccess');

    expect((await ada.ask('{ me { email } }')).data.me).toBeNull();
    expect((await ada.ask(ADD, { input: { address: ADDRESS } })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await signIn(world, 'ada@example.com', PASSWORD)).data.signIn.__typename).toBe('InvalidCredentials');
    const { data } = await world.as()('mutation ($t: String!) { refreshSession(refreshToken: $t) { __typename } }', {
      t: ada.session.refreshToken,
    });
    expect(data.refreshSession.__typename).toBe('SessionEnded');
    const staff = await world.as(SUPPORT)('query ($id: ID!) { customer(id: $id) { id } customers { nodes { id } } }', {
      id: ada.id,
    });
    expect(staff.data).toEqual({ customer: null, customers: { nodes: [] } });
    const neighbour = await world.as(ORDERS)('query ($id: ID!) { checkoutCustomer(customerId: $id) { email } }', {
      id: ada.id,
    });
    expect(neighbour.data.checkoutCustomer).toBeNull();

    // The messages are blanked behind the answer.
    await until('an empty outbox', async () => (await world.db.pool.query('SELECT FROM outbox')).rowCount === 0);
    const tables = (
      await world.db.pool.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'customers' AND tablename <> '_prisma_migrations'`,
      )
    ).rows;
    expect(tables.length).toBeGreaterThan(12);
    for (const { name } of tables) {
      const { rows } = await world.db.pool.query(`SELECT t::text AS row FROM ${name} t`);
      const content = rows.filter(({ row }) => !/^\(sign-in/.test(row));
      expect(JSON.stringify(content), name).not.toMatch(/ada@|lovelace|secret lane|777|scrypt/i);
    }
    expect(added.addAddress.address.id).toBeTruthy();
    // What was decided, and that it was, stays without a name to it.
    expect((await world.db.pool.query('SELECT FROM consent_records')).rowCount).toBe(1);
    // Nor does a link in an old mail open anything.
    expect((await world.db.pool.query('SELECT FROM one_time_tokens')).rowCount).toBe(0);
    // The address is free for a new account.
    expect((await register(world, 'ada@example.com')).__typename).toBe('RegisterSuccess');
  });

  it('who was erased gets no message any more, neither queued nor ordered later', async () => {
    const sent: string[] = [];
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await using world = await openWorld({
      mailer: {
        send: async ({ to }) => {
          await opened;
          throw new Error(`no mail server for ${to}${sent.push(to)}`);
        },
      },
    });
    const ada = await newCustomer(world, 'ada@example.com');
    await ada.ask(ERASE, { confirm: 'ada@example.com' });
    open();
    await until('the attempt under way to fail', () => sent.length === 1);
    const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';
    const input = { key: 'k', template: 'welcome', to: 'ada@example.com', customerId: ada.id, data: '{}' };
    expect((await world.as(ORDERS)(SEND, { input })).data.sendNotification).toBe(true);
    world.pass(3600);
    await world.as()('mutation { requestPasswordReset(email: "ada@example.com") }');
    await until('a blank record', async () => {
      const { rows } = await world.db.pool.query('SELECT status, recipient, data::text FROM notifications');
      return rows.length === 1 && rows[0].status === 'CANCELLED' && rows[0].recipient === '' && rows[0].data === '{}';
    });
    expect(sent).toHaveLength(1);
  });
});
