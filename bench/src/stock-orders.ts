import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, type Operation } from './shop-operations.ts';
import { openDatabaseView, startShop } from './shop-process.ts';
import type { Buying } from './stock-rounds.ts';
import { stockUp } from './stock-shelf.ts';

const BUYERS = 16;
const VARIANTS = 100;

// biome-ignore lint/suspicious/noExplicitAny: answers are only looked into here.
type Ask = (query: string, variables?: object) => Promise<any>;

/** The whole of `npm start`: orders through the router, one guest each after the other. */
export async function openOrders(folder: string): Promise<Buying & AsyncDisposable> {
  const data = join(folder, 'orders');
  mkdirSync(data);
  const shop = await startShop(data);
  const view = await openDatabaseView(data);
  await view.admin.query(`SET search_path = products, extensions`);
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => guestOf(shop.url)));
  const { variants, shippingMethodId } = await findGoods(buyers[0] as Ask);
  const shelf = await stockUp(view.admin, variants);
  const { query, variables, check } = OPERATIONS.placeOrder as Operation;
  return {
    ...{ atOnce: BUYERS, variants, pids: [shop.pid, view.postmaster] },
    async buy(buyer, variantId) {
      const goods = { productHandle: '', shippingMethodId, nextVariant: () => variantId };
      check(await (buyers[buyer] as Ask)(query, variables(goods)));
      shelf.note();
    },
    check: () => shelf.check(),
    async [Symbol.asyncDispose]() {
      await view.close();
      await shop.stop();
    },
  };
}

async function guestOf(url: string): Promise<Ask> {
  const stranger = createAsk(url, '');
  const { startGuestSession } = await stranger('mutation { startGuestSession { accessToken } }');
  return createAsk(url, startGuestSession.accessToken);
}

const createAsk =
  (url: string, token: string): Ask =>
  async (query, variables = {}) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    // biome-ignore lint/suspicious/noExplicitAny: answers are only looked into here.
    const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };

async function findGoods(ask: Ask) {
  const found = await ask(
    `{ search(query: "", filter: { available: true }, first: 100, currencyCode: "EUR") {
         nodes { variants(first: 20) { nodes { id price(currencyCode: "EUR") { amount } } } } }
       shippingMethods(countryCode: "DE", first: 1) { nodes { id } } }`,
  );
  const priced: { id: string; price: unknown }[] = found.search.nodes.flatMap(
    (product: { variants: { nodes: { id: string; price: unknown }[] } }) => product.variants.nodes,
  );
  return {
    variants: priced
      .filter(({ price }) => price)
      .map(({ id }) => id)
      .slice(0, VARIANTS),
    shippingMethodId: found.shippingMethods.nodes[0].id as string,
  };
}
