import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, openShop, orderOf, place } from './open-shop.ts';

const MONEY = '{ amount currencyCode }';
const POSTAL = '{ name company line1 line2 city region postalCode countryCode phone }';
/** All that its own row and its lines tell of an order. */
const WHOLE_ORDER = `
  id number status placedAt confirmedAt quantity currencyCode pricesIncludeTax email note cartId cancellable
  subtotal ${MONEY} discountTotal ${MONEY} shippingTotal ${MONEY} taxTotal ${MONEY} total ${MONEY} credit ${MONEY}
  amountDue ${MONEY} discounts { title code amount ${MONEY} } taxLines { title ratePercent amount ${MONEY} }
  shippingAddress ${POSTAL} billingAddress ${POSTAL} shippingMethodName shippingMethod { id } customer { id }
  cancellation { reason } followUpOf { id }
  lines {
    id variantId productTitle title sku imageUrl quantity unitPrice ${MONEY} subtotal ${MONEY} discountTotal ${MONEY}
    taxTotal ${MONEY} total ${MONEY} discounts { title amount ${MONEY} } taxLines { title ratePercent amount ${MONEY} }
  }`;

describe('an order that was just placed', () => {
  it('needs one less for lines, whose prices are looked up with the key', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using shop = await openShop(db, neighbours, { relay: false });
    const before = db.statements.count;
    expect(await place(shop, newCustomer(), orderOf(atlas))).toMatchObject({ __typename: 'PlaceOrderSuccess' });
    expect(db.statements.count - before).toBe(5);
    expect(await place(shop, newCustomer(), orderOf(atlas, { currencyCode: 'JPY' })).catch(String)).toContain('JPY');
  });

  it('answers with the order as anybody reads it then', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(50);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const input = orderOf(atlas, { note: 'Ring twice.', discountCodes: ['welcome10'], billingAddress: null });
    const ask = async (mutation: string) => {
      const { data } = await shop.as(ada)(mutation, { input });
      return data.placeOrder;
    };
    const PLACE = `mutation ($input: PlaceOrderInput!) {
      placeOrder(input: $input) { ... on PlaceOrderSuccess { replayed order { ${WHOLE_ORDER} } } } }`;

    const first = await ask(PLACE);
    expect(first.order.lines).toHaveLength(1);
    expect(await ask(PLACE)).toEqual({ ...first, replayed: true });
  });
});
