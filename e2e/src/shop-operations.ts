import { randomUUID } from 'node:crypto';
import type { AskAs } from './graph.ts';

export const PLACE_ORDER = /* GraphQL */ `
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      __typename
      ... on PlaceOrderSuccess {
        replayed
        order {
          id
          number
          status
          email
          total { amount currencyCode }
          customer { name email }
          lines { quantity title unitPrice { amount } variant { sku product { title } } }
          payment { id status amount { amount } card { brand last4 } }
          shipments { id status method { name } warehouse { name } }
        }
      }
      ... on OutOfStock { lines { variantId requested available } }
      ... on PaymentDeclined { reason }
      ... on PaymentActionRequired { redirectUrl clientSecret order { id status } }
      ... on StillWorking { retryAfterMilliseconds }
      ... on UserError { message }
    }
  }
`;

export const BERLIN = {
  name: 'Ada Lovelace',
  line1: 'Torstrasse 1',
  city: 'Berlin',
  postalCode: '10119',
  countryCode: 'DE',
};

/** A variant in stock and a method that delivers to Germany, found as a storefront finds them. */
export async function findGoods(ask: AskAs) {
  const { data } = await ask(/* GraphQL */ `
    {
      search(query: "", filter: { available: true }, first: 20, currencyCode: "EUR") {
        nodes { variants(first: 20) { nodes { id sku available availableQuantity backorder price(currencyCode: "EUR") { amount } } } }
      }
      shippingMethods(countryCode: "DE", first: 5) { nodes { id name } }
    }
  `);
  const variants: {
    id: string;
    sku: string;
    availableQuantity: number;
    backorder: boolean;
    price: { amount: string } | null;
  }[] = data.search.nodes
    .flatMap((product: any) => product.variants.nodes)
    .filter((variant: any) => variant.available && variant.price);
  return { variants, shippingMethodId: data.shippingMethods.nodes[0].id as string };
}

/** What a shop sends for one variant; a part can be replaced. */
export async function orderInput(ask: AskAs, changes: object = {}, index = 0) {
  const { variants, shippingMethodId } = await findGoods(ask);
  return {
    idempotencyKey: randomUUID(),
    lines: [{ variantId: variants[index]?.id, quantity: 1 }],
    currencyCode: 'EUR',
    email: 'ada@example.com',
    shippingAddress: BERLIN,
    shippingMethodId,
    payment: { token: 'tok_success' },
    ...changes,
  };
}

/** Asks again until the answer is no longer "still working", as the API tells a client to. */
export async function settle(ask: AskAs, input: object) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { data, errors } = await ask(PLACE_ORDER, { input });
    const answer = data?.placeOrder;
    if (answer && answer.__typename !== 'StillWorking') return answer;
    if (Date.now() > deadline) throw new Error(`not settled: ${JSON.stringify({ answer, errors })}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(answer?.retryAfterMilliseconds ?? 200, 500)));
  }
}

/** Leaves so many of a variant in the first of its warehouses, and none elsewhere. */
export async function leaveStock(staff: AskAs, variantId: string, pieces: number): Promise<void> {
  const { data } = await staff(
    'query ($id: ID!) { variant(id: $id) { inventory { levels { held warehouse { id } } } } }',
    { id: variantId },
  );
  for (const [index, { held, warehouse }] of data.variant.inventory.levels.entries()) {
    const input = { variantId, warehouseId: warehouse.id, key: `leave-${variantId}-${index}`, reason: 'count' };
    const { data } = await staff(
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { __typename ... on UserError { message } } }',
      { input: { ...input, setTo: held + (index === 0 ? pieces : 0) } },
    );
    if (data.adjustStock.__typename !== 'AdjustStockSuccess') throw new Error(JSON.stringify(data.adjustStock));
  }
}
