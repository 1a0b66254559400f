import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { createFakeShop } from './fake-shop.ts';
import { returnsOf } from './open-returns.ts';
import { eventually, neighbour, newCustomer, openShop, orderOf, placed, type ShopOptions, staff } from './open-shop.ts';

const EDIT = /* GraphQL */ `
  mutation ($input: EditOrderInput!) {
    result: editOrder(input: $input) {
      __typename
      ... on EditOrderSuccess {
        replayed
        order { id status }
        edit {
          id number status reason
          removed { quantity orderLine { id } }
          removedAmount { amount } creditAmount { amount } refundAmount { amount }
          followUp { id status total { amount } credit { amount } amountDue { amount } followUpOf { id } }
        }
      }
      ... on OrderNotEditable { status why: reason }
      ... on QuantityNotRemovable { lines { orderLineId requested removable } }
      ... on OutOfStock { short: lines { variantId } }
      ... on PriceChanged { expected { amount } actual { amount } }
      ... on InvalidInput { issues { path message } }
      ... on UserError { message }
    }
  }
`;
const PAY = /* GraphQL */ `
  mutation ($input: PayOrderInput!) {
    result: payOrder(input: $input) {
      __typename
      ... on PlaceOrderSuccess { replayed order { id status } }
      ... on PaymentDeclined { reason }
      ... on PaymentActionRequired { clientSecret }
      ... on UserError { message }
    }
  }
`;
const CANCEL = /* GraphQL */ `
  mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) { __typename } }
`;
const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!) { shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "DELIVERED", eventId: "Event:1") }
`;
const LINES = 'query ($id: ID!) { order(id: $id) { lines { id } } }';
const EDITS = /* GraphQL */ `
  query ($id: ID!) { order(id: $id) { status returns { id } edits { id status followUp { id status } } } }
`;

/** A shop with an order of three and one, and what can be done with it. GraphQL errors are given as their code. */
export async function openEdits(options: ShopOptions = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  // 19.90 each, 25.00 and 5.00; shipping is 4.90.
  const [atlas, globe, map] = [neighbours.addVariant(9), neighbours.addVariant(2, 2500), neighbours.addVariant(9, 500)];
  const shop = await openShop(db, neighbours, options);
  const ada = newCustomer();
  const lines = [
    { variantId: atlas, quantity: 3 },
    { variantId: map, quantity: 1 },
  ];
  const { order } = await placed(shop, ada, orderOf(atlas, { lines }));
  const asker = (document: string) => async (viewer: Viewer, input: object) => {
    const answer = await shop.as(viewer)(document, { input: { idempotencyKey: newId('Key'), ...input } });
    return answer.errors ? (answer.errors[0]?.extensions.code ?? 'NO_CODE') : answer.data.result;
  };
  const returns = returnsOf(shop);
  return {
    ...{ db, neighbours, returns, atlas, globe, map, shop, ada, order, pay: asker(PAY), cancel: asker(CANCEL) },
    lineIds: order.lines.map(({ id }: { id: string }) => id) as readonly string[],
    edit: (changes: object, viewer: Viewer = staff) =>
      asker(EDIT)(viewer, { orderId: order.id, remove: [], add: [], reason: 'By phone.', ...changes }),
    /** One of an order's first line has arrived, and is on its way back; gives the return's id and its line's. */
    async sentBack(orderId: string) {
      neighbours.shipments.set(orderId, [{ id: newId('Shipment'), status: 'DELIVERED' }]);
      await shop.as(neighbour)(CHANGED, { orderId });
      const [line] = (await shop.as(ada)(LINES, { id: orderId })).data.order.lines;
      const lines = [{ orderLineId: line.id, quantity: 1, reason: 'UNWANTED' }];
      const { return: asked } = await returns.request(ada, { orderId, lines });
      await returns.approve(asked.id);
      return { returnId: asked.id as string, lineId: asked.lines[0].id as string };
    },
    edits: async (viewer: Viewer = ada) => (await shop.as(viewer)(EDITS, { id: order.id })).data.order,
    async settled(): Promise<void> {
      await eventually(async () => {
        const { rowCount } = await db.pool.query(`SELECT FROM saga WHERE status NOT IN ('DONE', 'REFUSED', 'PAUSED')`);
        return rowCount === 0;
      });
    },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

export const pieces = (orderLineId: string | undefined, quantity: number) => [{ orderLineId, quantity }];
