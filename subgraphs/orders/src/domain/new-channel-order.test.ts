import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import type { ChannelOrder } from './channel-order.ts';
import type { CheckoutVariant } from './checkout.ts';
import { readGoods, toChannelPieces, toNewChannelOrder } from './new-channel-order.ts';

const eur = (minor: number) => money(minor, 'EUR');

const SHIRT: CheckoutVariant = {
  ...{ id: 'Variant:1', productId: 'Product:1', sku: 'SHIRT', productTitle: 'Shirt', title: 'M', imageUrl: null },
  ...{ unitPrice: null, compareAtPrice: null, taxClass: 'standard', weightGrams: 200, requiresShipping: true },
  ...{ collectionIds: [], availableQuantity: 9, backorder: false, purchasable: true },
};

function take({ subtotal = 3000, discount = 0, lineTax = 0, shipping = 0, tax = 0, total = 3000, quantity = 2 } = {}) {
  const order: ChannelOrder = {
    ...{ externalId: '1', state: 'READY', changedAt: new Date(0), service: null },
    lines: [{ id: 'a', sku: 'SHIRT', quantity, subtotal: eur(subtotal), discount: eur(discount), tax: eur(lineTax) }],
    amounts: { total: eur(total), shipping: eur(shipping), tax: eur(tax) },
    address: { name: 'Grace', line1: 'Torstr. 1', city: 'Berlin', countryCode: 'DE' },
  };
  const goods = readGoods(order, [SHIRT]);
  if ('problem' in goods) return goods;
  return toNewChannelOrder({
    ...{ channel: 'bazaar', order, goods, shippingMethodId: 'ShippingMethod:1', buyerId: 'Guest:1' },
    ...{ id: 'Order:1', number: 'ABCD1234', newLineId: () => 'OrderLine:1' },
  });
}

describe('the amounts of a channel', () => {
  it('are taken over as they are, with the tax that is added', () => {
    expect(take({ lineTax: 300, shipping: 500, tax: 400, total: 3900 })).toMatchObject({
      ...{
        pricesIncludeTax: false,
        subtotal: eur(3000),
        shippingTotal: eur(500),
        taxTotal: eur(400),
        total: eur(3900),
      },
      lines: [{ unitPrice: eur(1500), total: eur(3300) }],
    });
  });

  it('have the tax in them where it is not added', () => {
    expect(take()).toMatchObject({ pricesIncludeTax: true, taxTotal: eur(0), lines: [{ total: eur(3000) }] });
    expect(take({ tax: 479, lineTax: 479 })).toMatchObject({
      pricesIncludeTax: true,
      taxTotal: eur(479),
      total: eur(3000),
    });
  });

  it('that make no whole price per piece make one with a discount, to the cent', () => {
    expect(take({ subtotal: 1000, total: 1000, quantity: 3 })).toMatchObject({
      ...{ subtotal: eur(1002), discountTotal: eur(2), total: eur(1000) },
      lines: [{ unitPrice: eur(334), subtotal: eur(1002), discountTotal: eur(2), total: eur(1000) }],
    });
  });

  it('that do not add up are nobody’s order', () => {
    expect(take({ total: 3001 })).toMatchObject({ problem: 'BAD_AMOUNTS' });
    expect(take({ discount: 3001, total: 0 })).toMatchObject({ problem: 'BAD_AMOUNTS' });
    expect(take({ shipping: -1, total: 2999 })).toMatchObject({ problem: 'BAD_AMOUNTS' });
  });
});

it('pieces of one line here are pieces of the channel’s lines there, each of them once', () => {
  const placed = [
    { id: 'a', sku: 'SHIRT', quantity: 2 },
    { id: 'b', sku: 'SHIRT', quantity: 3 },
    { id: 'c', sku: 'HAT', quantity: 1 },
  ];
  const pieces = (before: number, quantity: number) => toChannelPieces(placed, [{ sku: 'SHIRT', quantity, before }]);
  expect(pieces(0, 1)).toEqual([{ lineId: 'a', quantity: 1 }]);
  expect(pieces(1, 3)).toEqual([
    { lineId: 'a', quantity: 1 },
    { lineId: 'b', quantity: 2 },
  ]);
  expect(pieces(4, 1)).toEqual([{ lineId: 'b', quantity: 1 }]);
  expect(pieces(0, 5)).toEqual([
    { lineId: 'a', quantity: 2 },
    { lineId: 'b', quantity: 3 },
  ]);
});
