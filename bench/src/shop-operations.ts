import { randomUUID } from 'node:crypto';

// biome-ignore lint/suspicious/noExplicitAny: answers are only looked into here.
type Json = any;

export interface Operation {
  readonly query: string;
  readonly variables: (goods: Goods) => object;
  /** Throws when the answer is not what is being measured. */
  readonly check: (data: Json) => void;
}

export interface Goods {
  readonly productHandle: string;
  /** Bought in turn, so that nothing sells out. */
  nextVariant(): string;
  readonly shippingMethodId: string;
}

function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`not what is measured: ${what}`);
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'list of 20 products with variants, prices, stock': {
    query: /* GraphQL */ `
      query List {
        products(first: 20) {
          nodes {
            id handle title featuredImage { url alt }
            variants(first: 10) {
              nodes { id sku title price(currencyCode: "EUR") { amount currencyCode } compareAtPrice(currencyCode: "EUR") { amount } inventory { available inStock } }
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    `,
    variables: () => ({}),
    check: ({ products }) =>
      must(products.nodes.length === 20 && products.nodes[0].variants.nodes.length > 0, '20 products'),
  },
  'product detail': {
    query: /* GraphQL */ `
      query Detail($handle: String!) {
        product(handle: $handle) {
          id title descriptionHtml vendor tags options { name values } images(first: 10) { url alt } seo { title description }
          collections(first: 5) { nodes { handle title } }
          variants(first: 50) { nodes { id sku title selectedOptions { name value } price(currencyCode: "EUR") { amount } inventory { available } } }
          deliveryEstimate(countryCode: "DE") { earliest latest }
        }
      }
    `,
    variables: ({ productHandle }) => ({ handle: productHandle }),
    check: ({ product }) => must(product?.variants.nodes.length > 0, 'a product'),
  },
  'my orders over five subgraphs': {
    query: /* GraphQL */ `
      query Orders {
        me {
          name
          orders(first: 5) {
            nodes {
              number status total { amount }
              lines { quantity variant { sku product { title } } }
              payment { status capturedAmount { amount } }
              shipments { status trackingNumber }
            }
          }
        }
      }
    `,
    variables: () => ({}),
    check: ({ me }) =>
      must(me.orders.nodes[0]?.payment && me.orders.nodes[0].shipments[0], 'orders with payment and shipment'),
  },
  placeOrder: placing(`
    number status total { amount currencyCode } customer { name }
    lines { quantity variant { sku product { title } } }
    payment { status } shipments { status method { name } }
  `),
  'placeOrder, answered by orders alone': placing('number status total { amount currencyCode }'),
};

/** An order of one thing, answered with these fields of it. */
function placing(fields: string): Operation {
  return {
    query: /* GraphQL */ `
      mutation Place($input: PlaceOrderInput!) {
        placeOrder(input: $input) {
          __typename
          ... on PlaceOrderSuccess { order { ${fields} } }
          ... on UserError { message }
        }
      }
    `,
    variables: (goods) => ({
      input: {
        idempotencyKey: randomUUID(),
        lines: [{ variantId: goods.nextVariant(), quantity: 1 }],
        currencyCode: 'EUR',
        email: 'ada@example.com',
        shippingAddress: {
          name: 'Ada Lovelace',
          line1: 'Torstrasse 1',
          city: 'Berlin',
          postalCode: '10119',
          countryCode: 'DE',
        },
        shippingMethodId: goods.shippingMethodId,
        payment: { token: 'tok_success' },
      },
    }),
    check: ({ placeOrder }) => must(placeOrder.__typename === 'PlaceOrderSuccess', JSON.stringify(placeOrder)),
  };
}

/** A signed-in customer who sends operations over one kept connection. */
export async function createShopper(url: string) {
  let token = '';
  async function ask(query: string, variables: object): Promise<Json> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Json; errors?: unknown };
    must(!errors, JSON.stringify(errors));
    return data;
  }
  const { signIn } = await ask(
    'mutation { signIn(input: { email: "ada@example.com", password: "ada-demo-password" }) { ... on SignInSuccess { session { accessToken } } } }',
    {},
  );
  token = signIn.session.accessToken;
  const found = await ask(
    `{ search(query: "", filter: { available: true }, first: 100, currencyCode: "EUR") {
         nodes { handle variants(first: 20) { nodes { id availableQuantity price(currencyCode: "EUR") { amount } } } } }
       shippingMethods(countryCode: "DE", first: 1) { nodes { id } } }`,
    {},
  );
  const variants: { id: string; left: number }[] = found.search.nodes.flatMap((product: Json) =>
    product.variants.nodes
      .filter((one: Json) => one.price)
      .map((one: Json) => ({ id: one.id, left: one.availableQuantity })),
  );
  const goods: Goods = {
    productHandle: found.search.nodes[0].handle,
    shippingMethodId: found.shippingMethods.nodes[0].id,
    nextVariant() {
      variants.sort((a, b) => b.left - a.left);
      const [best] = variants;
      must(best && best.left > 0, 'a variant in stock');
      best.left -= 1;
      return best.id;
    },
  };
  // Orders to read, before reading is measured.
  for (let i = 0; i < 5; i += 1) {
    const operation = OPERATIONS.placeOrder as Operation;
    operation.check(await ask(operation.query, operation.variables(goods)));
  }
  return {
    async run({ query, variables, check }: Operation): Promise<void> {
      check(await ask(query, variables(goods)));
    },
  };
}
