import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import { aVariant, customer, fakeNeighbours, guest, POST } from '../../test/cart-fakes.ts';
import type { CheckoutRequest } from '../domain/checkout.ts';
import type { PricingStore } from '../ports.ts';
import { priceCheckout, priceCheckouts } from './price-checkout.ts';

const VAT = { title: 'VAT', taxClass: 'standard', rateBasisPoints: 1900 };
const pricing: PricingStore = {
  facts: async (requests) =>
    requests.map(({ currency }) =>
      currency === 'EUR' ? { pricesIncludeTax: true, taxRates: [VAT], discounts: [] } : null,
    ),
};

function open() {
  const neighbours = fakeNeighbours();
  const ports = { ...neighbours.ports, pricing, clock: () => new Date('2026-03-01') };
  const request = (more: Partial<CheckoutRequest> = {}): CheckoutRequest => ({
    lines: [{ variantId: neighbours.sell().id, quantity: 2 }],
    currency: 'EUR',
    destination: { countryCode: 'DE', postalCode: '10117', region: null },
    shippingMethodId: POST,
    codes: [],
    buyerId: guest().guestId,
    ...more,
  });
  return { ...neighbours, ports, request };
}

describe('an order', () => {
  it('is priced whole, with shipping and tax', async () => {
    const { ports, request } = open();
    const outcome = await priceCheckout(ports)(request());
    expect(outcome).toMatchObject({
      kind: 'Priced',
      checkout: {
        total: money(2499, 'EUR'),
        taxTotal: money(399, 'EUR'),
        shipping: { methodId: POST },
        weightGrams: 500,
      },
    });
  });

  it('is refused for variants that cannot be bought, each named', async () => {
    const { ports, request } = open();
    const gone = aVariant();
    expect(await priceCheckout(ports)(request({ lines: [{ variantId: gone.id, quantity: 1 }] }))).toEqual({
      kind: 'VariantUnavailable',
      variants: [{ variantId: gone.id, requested: 1, available: 0, reason: 'NOT_FOUND' }],
    });
  });

  it('is refused for a code that does not count', async () => {
    const { ports, request } = open();
    const outcome = await priceCheckout(ports)(request({ codes: ['nope'] }));
    expect(outcome).toMatchObject({ kind: 'DiscountInvalid', codes: [{ code: 'NOPE', reason: 'UNKNOWN' }] });
  });

  it.each<[string, Partial<CheckoutRequest>]>([
    ['ShippingUnavailable', { shippingMethodId: null }],
    ['ShippingUnavailable', { destination: { countryCode: 'FR', postalCode: null, region: null } }],
    ['InvalidAddress', { destination: null }],
    ['InvalidAddress', { destination: { countryCode: 'US', postalCode: null, region: null } }],
  ])('is refused as %s for %o', async (kind, more) => {
    const { ports, request } = open();
    expect(await priceCheckout(ports)(request(more))).toMatchObject({ kind, message: expect.any(String) });
  });

  it('of nothing that is shipped needs neither address nor method', async () => {
    const { ports, request, sell, calls } = open();
    const lines = [{ variantId: sell({ requiresShipping: false }).id, quantity: 1 }];
    const outcome = await priceCheckout(ports)(request({ lines, destination: null, shippingMethodId: null }));
    expect(outcome).toMatchObject({ kind: 'Priced', checkout: { shipping: null, shippingTotal: null } });
    expect(calls.shipping).toBe(0);
  });

  it('in a currency that the shop does not sell in is a mistake of the caller', async () => {
    const { ports, request } = open();
    await expect(priceCheckout(ports)(request({ currency: 'JPY' }))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('fifty carts', () => {
  it('are priced with one call to each neighbour', async () => {
    const { ports, request, calls } = open();
    const requests = Array.from({ length: 50 }, () => request({ buyerId: customer().customerId }));
    const priced = await priceCheckouts(ports)(requests);
    expect(priced.map(({ checkout }) => checkout.total.minor)).toEqual(requests.map(() => 2499));
    expect(calls).toEqual({ products: 1, shipping: 1, customers: 1 });
  });

  it('of guests ask nobody about customers', async () => {
    const { ports, request, calls } = open();
    await priceCheckouts(ports)([request(), request()]);
    expect(calls.customers).toBe(0);
  });
});
