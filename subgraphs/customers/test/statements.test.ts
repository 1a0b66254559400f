import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { ORDERS, openWorld, SUPPORT, type World } from './world.ts';

/** Customers with addresses, groups, consents: straight into the tables, for speed. */
async function fill(world: World, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('Customer'));
  const { pool } = world.db;
  await pool.query(
    `INSERT INTO customers (id, email, locale, search, created_at, updated_at)
     SELECT id, 'c' || n || '@example.com', 'en', 'c' || n, now(), now() FROM unnest($1::text[]) WITH ORDINALITY AS c(id, n)`,
    [ids],
  );
  await pool.query(
    `INSERT INTO addresses (id, customer_id, input_digest, name, line1, city, country_code, created_at, updated_at)
     SELECT replace(id, 'Customer', 'Address'), id, '', 'N', 'L', 'C', 'DE', now(), now() FROM unnest($1::text[]) c(id)`,
    [ids],
  );
  await pool.query(`UPDATE customers SET default_shipping_address_id = replace(id, 'Customer', 'Address')`);
  await pool.query(`INSERT INTO customer_groups VALUES ($1, 'VIP', 'VIP', now())`, [newId('CustomerGroup')]);
  await pool.query('INSERT INTO group_members SELECT g.id, c.id, now() FROM customer_groups g, customers c');
  await pool.query(`INSERT INTO segments VALUES ($1, 'DE', NULL, 'DE', NULL, NULL, now())`, [newId('Segment')]);
  await pool.query(`INSERT INTO consents SELECT id, 'EMAIL', true, 'test', now() FROM customers`);
  return ids;
}

/** The statements that one request sends; the jobs of the subgraph are no part of it. */
async function statementsOf(world: World, ask: () => Promise<{ errors?: unknown }>): Promise<string[]> {
  world.db.statements.record(true);
  expect((await ask()).errors).toBeUndefined();
  return world.db.statements.texts.filter((sql) => !/outbox|UPDATE notifications|DELETE FROM/.test(sql));
}

describe('SQL statements', () => {
  it('are as many for a hundred customers with everything in them as for one', async () => {
    await using world = await openWorld();
    await fill(world, 100);
    const QUERY = `query ($first: Int!) { customers(first: $first) { nodes {
      id email addresses(first: 5) { nodes { id } } defaultShippingAddress { id } groups { code customers(first: 2) { nodes { id } } }
      segments { name customers(first: 2) { nodes { id } } } consents { topic } consentHistory { nodes { topic } } } } }`;
    const one = await statementsOf(world, () => world.as(SUPPORT)(QUERY, { first: 1 }));
    const hundred = await statementsOf(world, () => world.as(SUPPORT)(QUERY, { first: 100 }));
    expect(hundred).toHaveLength(one.length);
    expect(one.length).toBeLessThanOrEqual(9);
  });

  it('are one for all customers and one for all addresses of an entity fetch', async () => {
    await using world = await openWorld();
    const ids = await fill(world, 100);
    const keys = ids.flatMap((id) => [
      { __typename: 'Customer', id },
      { __typename: 'Address', id: id.replace('Customer', 'Address') },
    ]);
    const QUERY =
      'query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Customer { email } ... on Address { postalAddress { city } } } }';
    expect(await statementsOf(world, () => world.as(ORDERS)(QUERY, { keys }))).toHaveLength(2);
  });

  it('are one for what a checkout asks, for one customer or many, and one for a message', async () => {
    await using world = await openWorld();
    const [one = '', two = ''] = await fill(world, 2);
    const QUERY =
      'query ($one: ID!, $two: ID!) { one: checkoutCustomer(customerId: $one) { email groups } two: checkoutCustomer(customerId: $two) { email groups } }';
    expect(await statementsOf(world, () => world.as(ORDERS)(QUERY, { one, two }))).toHaveLength(1);
    const input = {
      key: 'order-confirmed:1',
      template: 'order-confirmed',
      to: 'c1@example.com',
      customerId: one,
      data: '{"orderId":"Order:1"}',
    };
    const SEND = 'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) }';
    const sent = await statementsOf(world, () => world.as(ORDERS)(SEND, { input }));
    expect(sent.filter((sql) => sql.includes('INSERT INTO notifications'))).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it('refuse pages that are too long or too short', async () => {
    await using world = await openWorld();
    for (const first of [0, -1, 101, 1_000_000_000]) {
      const { errors } = await world.as(SUPPORT)('query ($first: Int!) { customers(first: $first) { nodes { id } } }', {
        first,
      });
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('from 1 to 100'),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  });
});
