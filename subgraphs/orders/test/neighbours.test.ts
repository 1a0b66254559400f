import { buildSubgraphSchema } from '@apollo/subgraph';
import { badInput, Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import { loadSdl } from '@cartograph/runtime/sdl';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCustomersSubgraph, createMessages } from '../src/adapters/customers-subgraph.ts';
import { createPaymentsSubgraph } from '../src/adapters/payments-subgraph.ts';
import { createProductsSubgraph, createStock } from '../src/adapters/products-subgraph.ts';
import { createFulfilment, createShippingSubgraph } from '../src/adapters/shipping-subgraph.ts';

/** Keeps what is asked, and gives no answer. */
function recorder() {
  const documents: string[] = [];
  const client: SubgraphClient = {
    async ask(document) {
      documents.push(document);
      throw new Error('asked');
    },
    close: async () => {},
  };
  return { documents, client };
}

const address = {
  ...{ name: 'Ada', company: null, line1: 'Allee 1', line2: null, city: 'Berlin' },
  ...{ region: null, postalCode: '10115', countryCode: 'DE', phone: null },
};
const message = {
  key: 'k',
  template: 'order-confirmed',
  to: 'ada@example.com',
  customerId: null,
  locale: 'en',
  data: {},
};
const destination = { countryCode: 'DE', postalCode: null, region: null };
const payment = { token: null, savedMethodId: null, giftCardCodes: [], useStoreCredit: false };

const CALLS: Readonly<Record<string, (client: SubgraphClient) => readonly (() => Promise<unknown>)[]>> = {
  products: (client) => {
    const stock = createStock(client);
    return [
      () => createProductsSubgraph(client).checkoutVariants(['v'], 'EUR'),
      () => stock.hold('o', [], 60),
      () => stock.commit('o'),
      () => stock.release('o'),
      () => stock.restock('o', [], 'k'),
    ];
  },
  payments: (client) => {
    const payments = createPaymentsSubgraph(client);
    const how = { amount: money(1, 'EUR'), email: 'e', country: 'DE', ...payment };
    const request = { orderId: 'o', buyerId: 'b', key: 'k', ...how };
    return [
      () => payments.authorize(request),
      () => payments.confirm('o'),
      () => payments.capture('o', 'k', money(1, 'EUR')),
      () => payments.release('o', 'k', money(1, 'EUR')),
      () => payments.void('o', 'k'),
      () => payments.refund({ orderId: 'o', key: 'k', amount: money(1, 'EUR'), reason: 'r' }),
    ];
  },
  shipping: (client) => {
    const fulfilment = createFulfilment(client);
    const plan = { orderId: 'o', buyerId: 'b', methodId: 'm', address, lines: [], weightGrams: 1 };
    const rate = { methodId: 'm', destination, weightGrams: 1, subtotal: money(1, 'EUR') };
    return [
      () => createShippingSubgraph(client).shippingRates([rate]),
      () => fulfilment.plan(plan),
      () => fulfilment.cancel('o'),
      () => fulfilment.shipmentsOf('o'),
      () => fulfilment.trackedShipmentsOf('o'),
    ];
  },
  customers: (client) => [
    () => createCustomersSubgraph(client).checkoutCustomers(['c']),
    () => createMessages(client).send(message),
  ],
};

describe('what orders asks of', () => {
  it.each(Object.entries(CALLS))('%s is what its contract answers', async (subgraph, callsOf) => {
    const { documents, client } = recorder();
    for (const call of callsOf(client)) await expect(call()).rejects.toThrow('asked');
    const schema = buildSubgraphSchema({ typeDefs: parse(loadSdl(subgraph)) });
    for (const document of documents)
      expect(validate(schema, parse(document)).map((error) => `${error.message} in ${document}`)).toEqual([]);
    expect(documents.length).toBe(callsOf(client).length);
  });
});

describe('a refund', () => {
  const answering = (answer: () => unknown): SubgraphClient => ({
    ask: async <T>() => answer() as T,
    close: async () => {},
  });
  const request = { orderId: 'o', key: 'k', amount: money(1, 'EUR'), reason: 'r' };
  const fails = (error: Error) => () => {
    throw error;
  };

  it('is refused when its key has stood for another amount, and not answered when payments does not answer', async () => {
    const effect = { __typename: 'PaymentEffectRefused', reason: 'EXCEEDS_CAPTURED', message: 'Too much.' };
    const refund = (answer: () => unknown) => createPaymentsSubgraph(answering(answer)).refund(request);

    expect(await refund(() => ({ effect: { __typename: 'PaymentEffectSuccess' } }))).toEqual({ kind: 'refunded' });
    expect(await refund(() => ({ effect }))).toMatchObject({ kind: 'refused', reason: 'EXCEEDS_CAPTURED' });
    expect(await refund(fails(badInput('other amount')))).toMatchObject({ kind: 'refused', reason: 'OTHER_AMOUNT' });
    await expect(refund(fails(new Unavailable('payments')))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
