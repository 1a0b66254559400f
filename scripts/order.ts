// `npm run order`: buys one thing from a running shop, as a storefront would, and prints what came back.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4000/graphql' },
    token: { type: 'string', default: 'tok_success' },
    search: { type: 'string', default: '' },
    email: { type: 'string', default: 'ada@example.com' },
    password: { type: 'string', default: 'ada-demo-password' },
  },
});

type Json = Record<string, never> & { [key: string]: Json & Json[] & string };

async function ask(query: string, variables: object, accessToken?: string): Promise<Json> {
  const response = await fetch(values.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify({ query, variables }),
  }).catch((cause) => {
    throw new Error(`No router answers at ${values.url}. Start one with "npm start", or name it with --url.`, {
      cause,
    });
  });
  const { data, errors } = (await response.json()) as { data: Json; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { ... on SignInSuccess { session { accessToken } } ... on UserError { message } }
}`;

const FIND = `query ($text: String!) {
  search(query: $text, filter: { available: true }, first: 1, currencyCode: "EUR") {
    nodes { title variants(first: 20) { nodes { id title available price(currencyCode: "EUR") { amount } } } }
  }
  shippingMethods(countryCode: "DE", first: 1) { nodes { id name } }
}`;

try {
  const { signIn } = await ask(SIGN_IN, { input: { email: values.email, password: values.password } });
  if (!signIn?.session) throw new Error(signIn?.message ?? 'The sign-in was refused.');
  const { search, shippingMethods } = await ask(FIND, { text: values.search });
  const product = search?.nodes?.[0];
  const variant = product?.variants.nodes?.find((one: Json) => one.available && one.price);
  if (!variant)
    throw new Error('Nothing in stock matches. Try another --search, or start the shop with its demo catalogue.');
  console.log(`Buying one ${product.title} (${variant.title}) at ${variant.price.amount} EUR`);

  const query = readFileSync(new URL('router/examples/2-place-order.graphql', ROOT), 'utf8');
  const template = readFileSync(new URL('router/examples/2-place-order.json', ROOT), 'utf8');
  const placeholders: Record<string, string> = {
    key: randomUUID(),
    variantId: variant.id as string,
    shippingMethodId: shippingMethods.nodes[0].id as string,
  };
  const variables = JSON.parse(template.replace(/{{(\w+)}}/g, (_, name: string) => placeholders[name] ?? ''));
  variables.input.payment.token = values.token;

  const started = performance.now();
  const { placeOrder } = await ask(query, variables, signIn.session.accessToken as string);
  const milliseconds = Math.round(performance.now() - started);
  console.log(JSON.stringify(placeOrder, null, 2));
  const ok = (placeOrder.__typename as unknown as string) === 'PlaceOrderSuccess';
  console.log(styleText(ok ? 'green' : 'yellow', `${placeOrder.__typename} in ${milliseconds} ms`));
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
