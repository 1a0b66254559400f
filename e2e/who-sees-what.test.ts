import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '@cartograph/runtime/envelope';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskAs, openShop, type Shop } from './src/graph.ts';
import { orderInput, settle } from './src/shop-operations.ts';

let shop: Shop;
let bob: AskAs;
let ids: {
  order: string;
  line: string;
  payment: string;
  shipment: string;
  customer: string;
  address: string;
  cart: string;
};
let number: string;
let secrets: readonly string[];

/** Ada buys something; everything of hers that has an id is then asked for by others. */
beforeAll(async () => {
  shop = await openShop();
  const ada = await shop.signIn();
  bob = await shop.signIn('bob@example.com', 'bob-demo-password');
  const { order } = await settle(ada, await orderInput(ada));
  number = order.number;
  const { data } = await ada(
    `query ($id: ID!) {
      order(id: $id) { lines { id } }
      me { id addresses(first: 1) { nodes { id } } }
    }`,
    { id: order.id },
  );
  const made = await ada(
    'mutation { createCart(input: { currencyCode: "EUR" }) { ... on CartUpdated { cart { id } } } }',
  );
  ids = {
    order: order.id,
    line: data.order.lines[0].id,
    payment: order.payment.id,
    shipment: order.shipments[0].id,
    customer: data.me.id,
    address: data.me.addresses.nodes[0].id,
    cart: made.data.createCart.cart.id,
  };
  secrets = ['Torstrasse', 'ada@example.com', 'Lovelace'];
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

const ROUTES: Readonly<Record<string, { readonly query: string; readonly id: keyof typeof ids }>> = {
  'order by id': {
    query: 'query ($id: ID!) { order(id: $id) { id email payment { id } shipments { id } customer { email } } }',
    id: 'order',
  },
  'payment by id': { query: 'query ($id: ID!) { payment(id: $id) { id order { id email } } }', id: 'payment' },
  'shipment by id': {
    query: 'query ($id: ID!) { shipment(id: $id) { id address { line1 } order { email } } }',
    id: 'shipment',
  },
  'cart by id': { query: 'query ($id: ID!) { cart(id: $id) { id email } }', id: 'cart' },
};

describe('another customer’s order', () => {
  it.each(Object.entries(ROUTES))(
    'is absent by the route "%s", for a customer, a guest and a stranger',
    async (_name, { query, id }) => {
      for (const ask of [bob, await shop.guest(), shop.stranger]) {
        const { data } = await ask(query, { id: ids[id] });
        expect(Object.values(data ?? { none: null })).toEqual([null]);
      }
    },
  );

  it('is absent by its number, from lists, and from what belongs to others', async () => {
    const { data } = await bob(
      `query ($number: String!) {
        orderByNumber(number: $number) { id }
        orders(first: 100) { nodes { id } }
        me { orders(first: 100) { nodes { id } } activeCart { id } }
      }`,
      { number },
    );
    expect(data.orderByNumber).toBeNull();
    expect(JSON.stringify(data)).not.toContain(ids.order);
    expect(JSON.stringify(data)).not.toContain(ids.cart);
  });

  it('cannot be changed by others', async () => {
    const cancel = await bob(
      'mutation ($id: ID!) { cancelOrder(input: { orderId: $id, idempotencyKey: "bobs-key-1" }) { __typename } }',
      { id: ids.order },
    );
    expect(cancel.data.cancelOrder.__typename).toBe('NotFound');
    const complete = await bob('mutation ($id: ID!) { completePayment(input: { orderId: $id }) { __typename } }', {
      id: ids.order,
    });
    expect(complete.data.completePayment.__typename).toBe('NotFound');
  });

  const ENTITIES: readonly [
    subgraph: 'orders' | 'payments' | 'shipping' | 'customers',
    type: string,
    id: keyof typeof ids,
    fields: string,
  ][] = [
    ['orders', 'Order', 'order', 'number email total { amount } shippingAddress { line1 }'],
    ['orders', 'OrderLine', 'line', 'sku quantity'],
    ['orders', 'Cart', 'cart', 'email total { amount }'],
    ['orders', 'Customer', 'customer', 'orders(first: 5) { nodes { id } }'],
    ['payments', 'Payment', 'payment', 'status amount { amount }'],
    ['payments', 'Order', 'order', 'payment { id } payments { id }'],
    ['payments', 'Customer', 'customer', 'paymentMethods { id }'],
    ['shipping', 'Shipment', 'shipment', 'address { line1 }'],
    ['shipping', 'Order', 'order', 'shipments { id }'],
    ['customers', 'Customer', 'customer', 'email name'],
    ['customers', 'Address', 'address', 'postalAddress { line1 }'],
  ];

  it.each(ENTITIES)('does not leak through _entities of %s for %s', async (subgraph, type, id, fields) => {
    const { envelope } = JSON.parse(readFileSync(join(shop.folder, 'secrets.json'), 'utf8')) as { envelope: string };
    const sign = createEnvelopeSigner('router', (audience) => envelopeKey(envelope, audience));
    const body = JSON.stringify({
      query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`,
      variables: { r: [{ __typename: type, id: ids[id] }] },
    });
    const others = [
      { kind: 'customer', customerId: 'Customer:01ARZ3NDEKTSV4RRFFQ69G5FAV' },
      { kind: 'guest', guestId: 'Guest:01ARZ3NDEKTSV4RRFFQ69G5FAV' },
      { kind: 'anonymous' },
    ] as const;
    for (const viewer of others) {
      const response = await fetch(`http://127.0.0.1:${shop.ports.subgraphs[subgraph]}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [ENVELOPE_HEADER]: sign({ audience: subgraph, viewer, requestId: 'test', body }),
        },
        body,
      });
      const { data, errors } = (await response.json()) as {
        data: { _entities: unknown[] };
        errors?: { extensions: { code: string } }[];
      };
      // Either nothing at all, or a shell without anything in it.
      const told = JSON.stringify(data?._entities ?? []).replace(/"[A-Za-z]+":/g, '');
      expect(told, JSON.stringify({ data, errors })).toMatch(/^[[\]{},nul]*$/);
    }
  });

  it('is in nothing that a subgraph tells a caller who is not the router', async () => {
    for (const port of Object.values(shop.ports.subgraphs)) {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect(response.status).toBe(401);
    }
  });

  it('is seen by support staff', async () => {
    const staff = await shop.signInStaff();
    const { data } = await staff('query ($id: ID!) { order(id: $id) { email shippingAddress { line1 } } }', {
      id: ids.order,
    });
    expect(secrets.some((secret) => JSON.stringify(data).includes(secret))).toBe(true);
  });
});
