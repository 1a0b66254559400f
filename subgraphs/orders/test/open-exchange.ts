import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { fulfilment, openReturns } from './open-returns.ts';
import { eventually, type ShopOptions } from './open-shop.ts';

const PARTS = /* GraphQL */ `
  id status refundAmount { amount } creditAmount { amount }
  exchange { id status total { amount } credit { amount } amountDue { amount } followUpOf { id } }
`;
const EXCHANGE = /* GraphQL */ `
  mutation ($input: ExchangeReturnInput!) {
    result: exchangeReturn(input: $input) {
      __typename
      ... on ExchangeReturnSuccess { replayed return { ${PARTS} } }
      ... on ReturnNotExchangeable { why: reason }
      ... on ReturnStatusConflict { status }
      ... on UserError { message }
    }
  }
`;
const PAY = /* GraphQL */ `
  mutation ($input: PayOrderInput!) {
    result: payOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { status } } ... on UserError { message } }
  }
`;
export const TIMELINE = 'query ($id: ID!) { order(id: $id) { timeline(first: 50) { nodes { type message } } } }';
export const CANCEL = 'mutation ($input: CancelOrderInput!) { result: cancelOrder(input: $input) { __typename } }';
export const RETURN = `query ($id: ID!) { return(id: $id) { ${PARTS} } }`;

/** An order of three for 54.70, of which two are to be sent back: worth 36.47. */
export async function openExchange(options: ShopOptions & { readonly price?: number } = {}) {
  const test = await openReturns(options);
  const { shop, neighbours, ada } = test;
  const globe = neighbours.addVariant(2, options.price ?? 5000);
  const asker = (document: string) => async (viewer: Viewer, input: object) => {
    const answer = await shop.as(viewer)(document, { input: { idempotencyKey: newId('Key'), ...input } });
    return answer.errors ? (answer.errors[0]?.extensions.code ?? 'NO_CODE') : answer.data.result;
  };
  const exchange = asker(EXCHANGE);
  const asked = await test.returns.request(ada, test.goods(2));
  const goods = { returnId: asked.return.id as string, lineId: asked.return.lines[0].id as string };
  return {
    ...{ ...test, globe, goods, pay: asker(PAY), cancel: asker(CANCEL) },
    exchange: (changes: object = {}, viewer: Viewer = fulfilment) =>
      exchange(viewer, { returnId: goods.returnId, lines: [{ variantId: globe, quantity: 1 }], ...changes }),
    /** What becomes of it, where the shop's own deadline is short for the sake of what comes after. */
    async exchanged() {
      const asked = { returnId: goods.returnId, lines: [{ variantId: globe, quantity: 1 }] };
      const input = { ...asked, idempotencyKey: newId('Key') };
      let answer = await exchange(fulfilment, input);
      await eventually(async () => {
        if (answer.__typename === 'StillWorking') answer = await exchange(fulfilment, input);
        return answer.__typename !== 'StillWorking';
      });
      return answer.return;
    },
    read: async () => (await shop.as(ada)(RETURN, { id: goods.returnId })).data.return,
    async settled(): Promise<void> {
      await eventually(async () => {
        const { rowCount } = await test.db.pool.query(
          `SELECT FROM saga WHERE status NOT IN ('DONE', 'REFUSED', 'PAUSED')`,
        );
        return rowCount === 0;
      });
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}
