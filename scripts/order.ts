// `npm run order`: buys one thing from a running shop, as a storefront would, and prints what came back.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';

const options = {
  url: { type: 'string', default: 'http://127.0.0.1:4000/graphql' },
  token: { type: 'string', default: 'tok_success' },
  search: { type: 'string', default: '' },
  email: { type: 'string', default: 'ada@example.com' },
  password: { type: 'string', default: 'ada-demo-password' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const USAGE = 'npm run order -- [--url URL] [--token tok_success] [--search WORDS] [--email E --password P]';
const values = readOptions();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
// The reader of a pipe may leave early.
process.stdout.on('error', () => process.exit(0));

interface Found {
  readonly search: {
    readonly nodes: readonly { readonly title: string; readonly variants: { readonly nodes: readonly Variant[] } }[];
  };
  readonly shippingMethods: { readonly nodes: readonly { readonly id: string }[] };
}
interface Variant {
  readonly id: string;
  readonly title: string;
  readonly available: boolean;
  readonly price: { readonly amount: string } | null;
}
type SignedIn = { readonly signIn: { readonly session?: { readonly accessToken: string }; readonly message?: string } };
type Placed = { readonly placeOrder: { readonly __typename: string } };

async function ask<T>(query: string, variables: object, accessToken?: string): Promise<T> {
  const response = await fetch(values.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify({ query, variables }),
  }).catch((cause) => {
    throw new Error(`No router answers at ${values.url}. Start one with "npm start", or name it with --url.`, {
      cause,
    });
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { ... on SignInSuccess { session { accessToken } } ... on UserError { message } }
}`;

const FIND = `query ($text: String!) {
  search(query: $text, filter: { available: true }, first: 20, currencyCode: "EUR") {
    nodes { title variants(first: 20) { nodes { id title available price(currencyCode: "EUR") { amount } } } }
  }
  shippingMethods(countryCode: "DE", first: 1) { nodes { id name } }
}`;

try {
  const { signIn } = await ask<SignedIn>(SIGN_IN, { input: { email: values.email, password: values.password } });
  if (!signIn.session) throw new Error(signIn.message ?? 'The sign-in was refused.');
  const { search, shippingMethods } = await ask<Found>(FIND, { text: values.search });
  const isOnSale = ({ available, price }: Variant) => available && price !== null;
  const product = search.nodes.find(({ variants }) => variants.nodes.some(isOnSale));
  const variant = product?.variants.nodes.find(isOnSale);
  const method = shippingMethods.nodes[0];
  if (!product || !variant || !method)
    throw new Error('Nothing in stock matches. Try another --search, or start the shop with its demo catalogue.');
  console.log(`Buying one ${product.title} (${variant.title}) at ${variant.price?.amount} EUR`);

  const query = readFileSync(new URL('router/examples/2-place-order.graphql', ROOT), 'utf8');
  const template = readFileSync(new URL('router/examples/2-place-order.json', ROOT), 'utf8');
  const names: Record<string, string> = { key: randomUUID(), variantId: variant.id, shippingMethodId: method.id };
  const variables = JSON.parse(template.replace(/{{(\w+)}}/g, (_, name: string) => names[name] ?? ''));
  variables.input.payment.token = values.token;

  const started = performance.now();
  const { placeOrder } = await ask<Placed>(query, variables, signIn.session.accessToken);
  const milliseconds = Math.round(performance.now() - started);
  console.log(JSON.stringify(placeOrder, null, 2));
  const isPlaced = placeOrder.__typename === 'PlaceOrderSuccess';
  console.log(styleText(isPlaced ? 'green' : 'yellow', `${placeOrder.__typename} in ${milliseconds} ms`));
  process.exitCode = isPlaced ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
