import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { createFakeShop, type FakeShop } from './fake-shop.ts';
import { eventually, neighbour, newCustomer, openShop, orderOf, placed, type ShopOptions, staff } from './open-shop.ts';

const RETURN = /* GraphQL */ `
  fragment Parts on Return {
    id number status refundsShipping refusalReason refundAmount { amount currencyCode }
    order { id }
    lines { id quantity reason note receivedQuantity inspected { condition quantity } orderLine { id } }
    requestedAt approvedAt refusedAt cancelledAt receivedAt closedAt
  }
`;
const REFUSALS = /* GraphQL */ `
  ... on UserError { message }
  ... on ReturnStatusConflict { status }
`;
const REQUEST = /* GraphQL */ `
  ${RETURN}
  mutation ($input: RequestReturnInput!) {
    result: requestReturn(input: $input) {
      __typename
      ... on RequestReturnSuccess { replayed return { ...Parts } }
      ... on OrderNotReturnable { notReturnable: reason }
      ... on QuantityNotReturnable { lines { orderLineId requested returnable } }
      ... on UserError { message }
      ... on InvalidInput { issues { path message } }
    }
  }
`;
const RECEIVE = /* GraphQL */ `
  ${RETURN}
  mutation ($input: ReceiveReturnInput!) {
    result: receiveReturn(input: $input) {
      __typename
      ... on ReceiveReturnSuccess { replayed return { ...Parts } }
      ... on ReturnNotRefunded { reason }
      ... on InvalidInput { issues { path message } }
      ${REFUSALS}
    }
  }
`;
const moveOf = (name: string, type: string, argument: string) => /* GraphQL */ `
  ${RETURN}
  mutation ($value: ${argument === 'id' ? 'ID' : 'RefuseReturnInput'}!) {
    result: ${name}(${argument}: $value) { __typename ... on ${type} { return { ...Parts } } ${REFUSALS} }
  }
`;
const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "DELIVERED", eventId: $eventId)
  }
`;
export const TIMELINE = 'query ($id: ID!) { order(id: $id) { timeline(first: 100) { nodes { type message by } } } }';

export const keyed = (input: object = {}) => ({ idempotencyKey: newId('Key'), ...input });

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** Everything that can be done with returns, as whoever asks. GraphQL errors are given as their code. */
export function returnsOf(shop: Shop) {
  const ask = async (viewer: Viewer, document: string, variables: object) => {
    const { data, errors } = await shop.as(viewer)(document, variables);
    return errors ? (errors[0]?.extensions.code ?? 'NO_CODE') : data.result;
  };
  return {
    request: (viewer: Viewer, input: object) => ask(viewer, REQUEST, { input: keyed(input) }),
    receive: (input: object, viewer: Viewer = staff) => ask(viewer, RECEIVE, { input: keyed(input) }),
    cancel: (viewer: Viewer, value: string) =>
      ask(viewer, moveOf('cancelReturn', 'CancelReturnSuccess', 'id'), { value }),
    approve: (value: string, viewer: Viewer = staff) =>
      ask(viewer, moveOf('approveReturn', 'ApproveReturnSuccess', 'id'), { value }),
    refuse: (value: object, viewer: Viewer = staff) =>
      ask(viewer, moveOf('refuseReturn', 'RefuseReturnSuccess', 'input'), { value }),
  };
}

/** Places an order that is paid, and lets its parcel be as far as it is said. */
export async function buy(
  shop: Shop,
  neighbours: FakeShop,
  buyer: Viewer,
  input: object,
  shipment: string | null = 'DELIVERED',
  status = 'captured',
) {
  const { order } = await placed(shop, buyer, input);
  if (!order) throw new Error('not placed');
  await eventually(() => neighbours.accounts.get(order.id)?.status === status);
  if (shipment !== null) {
    neighbours.shipments.set(order.id, [{ id: newId('Shipment'), status: shipment }]);
    await shop.as(neighbour)(CHANGED, { orderId: order.id, eventId: newId('Event') });
  }
  return order as { readonly id: string; readonly lines: readonly { readonly id: string }[] };
}

/** A shop with an order of three of one thing for 5.00 off and shipping of 4.90: 54.70 for the goods, 59.60 in all. */
export async function openReturns(
  options: ShopOptions & { readonly shipment?: string | null; readonly capturesLate?: boolean } = {},
) {
  const db: TestDatabase = await testDatabase('orders');
  const neighbours = createFakeShop();
  const atlas = neighbours.addVariant(9);
  const shop = await openShop(db, neighbours, options);
  const ada = newCustomer();
  const lines = [{ variantId: atlas, quantity: 3 }];
  const input = orderOf(atlas, { lines, discountCodes: ['FIVE'] });
  const { shipment = 'DELIVERED', capturesLate = false } = options;
  if (capturesLate) neighbours.failing.set('payments.capture', { at: 'before', times: 1e9 });
  const order = await buy(shop, neighbours, ada, input, shipment, capturesLate ? 'authorized' : 'captured');
  const lineId = order.lines[0]?.id ?? '';
  const returns = returnsOf(shop);
  return {
    ...{ db, neighbours, atlas, shop, ada, order, lineId, returns },
    /** What to send back of the order's line. */
    goods: (quantity: number, changes: object = {}) => ({
      orderId: order.id,
      lines: [{ orderLineId: lineId, quantity, reason: 'UNWANTED', ...changes }],
    }),
    /** A return that waits for its goods; gives its id and the id of its line. */
    async approved(quantity: number) {
      const asked = await returns.request(ada, {
        orderId: order.id,
        lines: [{ orderLineId: lineId, quantity, reason: 'UNWANTED' }],
      });
      await returns.approve(asked.return.id);
      return { returnId: asked.return.id as string, lineId: asked.return.lines[0].id as string };
    },
    /** The order's timeline as far as it is about returns, oldest first. */
    async timeline(): Promise<readonly string[]> {
      const { data } = await shop.as(ada)(TIMELINE, { id: order.id });
      const types = data.order.timeline.nodes.map(({ type }: { type: string }) => type) as string[];
      return types.filter((type) => type.startsWith('RETURN_')).reverse();
    },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

export const fulfilment: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['FULFILMENT'] };

/** All of a line in one condition. */
export const arrived = (
  { lineId, returnId }: { lineId: string; returnId: string },
  quantity: number,
  condition = 'RESALEABLE',
) => ({
  returnId,
  lines: [{ lineId, quantity, condition }],
});
