import { money } from '@cartograph/kernel/money';
import { loadSdl } from '@cartograph/runtime/sdl';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import { buildASTSchema, execute, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCustomersSubgraph } from '../src/adapters/customers-subgraph.ts';
import { createProductsSubgraph } from '../src/adapters/products-subgraph.ts';
import { createShippingSubgraph } from '../src/adapters/shipping-subgraph.ts';

/** A neighbour that has its real contract and answers with what the test gives: a document that does not fit it fails. */
function neighbour(name: string, answers: Record<string, (args: any) => unknown>) {
  const schema = buildASTSchema(parse(loadSdl(name)), { assumeValidSDL: true });
  let calls = 0;
  const client: SubgraphClient = {
    async ask<T>(document: string, variables: object) {
      calls += 1;
      const parsed = parse(document);
      expect(validate(schema, parsed)).toEqual([]);
      const variableValues = JSON.parse(JSON.stringify(variables));
      const { data, errors } = await execute({ schema, document: parsed, variableValues, rootValue: answers });
      expect(errors).toBeUndefined();
      return JSON.parse(JSON.stringify(data)) as T;
    },
    close: async () => {},
  };
  return { client, calls: () => calls };
}

const VARIANT = {
  id: 'Variant:1',
  productId: 'Product:1',
  sku: 'S-1',
  productTitle: 'Shirt',
  title: 'M',
  imageUrl: null,
  taxClass: 'standard',
  weightGrams: 200,
  requiresShipping: true,
  collectionIds: ['Collection:1'],
  availableQuantity: 3,
  backorder: false,
  purchasable: true,
};

describe('products', () => {
  it('is asked for all variants in one call, in its own words', async () => {
    const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
    const { client, calls } = neighbour('products', {
      checkoutVariants: ({ ids, currencyCode }) =>
        ids.map((id: string) => ({
          ...VARIANT,
          id,
          unitPrice: eur('19.99'),
          compareAtPrice: null,
          title: currencyCode,
        })),
    });
    const found = await createProductsSubgraph(client).checkoutVariants(['Variant:1', 'Variant:2'], 'EUR');
    expect(found).toMatchObject([
      { ...VARIANT, title: 'EUR', unitPrice: money(1999, 'EUR'), compareAtPrice: null },
      { id: 'Variant:2' },
    ]);
    expect(calls()).toBe(1);
  });

  it('is not asked for nothing', async () => {
    const { client, calls } = neighbour('products', {});
    expect(await createProductsSubgraph(client).checkoutVariants([], 'EUR')).toEqual([]);
    expect(calls()).toBe(0);
  });
});

describe('shipping', () => {
  it('is asked for any number of rates in one call, and null means that a method does not deliver there', async () => {
    const { client, calls } = neighbour('shipping', {
      shippingRate: ({ input }) =>
        input.destination.countryCode === 'DE'
          ? {
              methodId: input.methodId,
              name: 'Post',
              price: { amount: '4.99', currencyCode: 'EUR' },
              taxClass: 'standard',
            }
          : null,
    });
    const to = (countryCode: string) => ({
      methodId: 'ShippingMethod:1',
      destination: { countryCode, postalCode: null, region: null },
      weightGrams: 500,
      subtotal: money(2000, 'EUR'),
    });
    expect(await createShippingSubgraph(client).shippingRates([to('DE'), to('FR')])).toEqual([
      { methodId: 'ShippingMethod:1', name: 'Post', price: money(499, 'EUR'), taxClass: 'standard' },
      null,
    ]);
    expect(calls()).toBe(1);
  });
});

describe('customers', () => {
  it('is asked for any number of customers in one call, and unknown ones are left out', async () => {
    const ada = { email: 'ada@example.com', name: 'Ada', locale: 'en', taxExempt: false, groups: ['vip'] };
    const { client, calls } = neighbour('customers', {
      checkoutCustomer: ({ customerId }) => (customerId === 'Customer:1' ? { id: customerId, ...ada } : null),
    });
    const found = await createCustomersSubgraph(client).checkoutCustomers(['Customer:1', 'Customer:2']);
    expect(found).toEqual([{ id: 'Customer:1', ...ada }]);
    expect(calls()).toBe(1);
  });
});
