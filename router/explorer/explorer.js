// The explorer's page script: runs in the browser, with the globals React, ReactDOM and GraphiQL.
const GRAPHQL = '/graphql';

async function ask(query, variables) {
  const response = await fetch(GRAPHQL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
}

const SIGN_IN = `mutation {
  signIn(input: { email: "ada@example.com", password: "ada-demo-password" }) { ... on SignInSuccess { session { accessToken } } }
}`;

/** The demo's customer, so that the examples can own a cart; where there is no demo, a guest. */
async function findToken() {
  const signedIn = await ask(SIGN_IN);
  if (signedIn?.signIn?.session) return signedIn.signIn.session.accessToken;
  return (await ask('mutation { startGuestSession { accessToken } }'))?.startGuestSession?.accessToken;
}

const WHAT_IS_HERE = `{
  search(query: "", filter: { available: true }, first: 1) {
    nodes { variants(first: 100) { nodes { id available price(currencyCode: "EUR") { amount } } } }
  }
  shippingMethods(countryCode: "DE", first: 1) { nodes { id } }
}`;

/** The examples name what exists here: a variant in stock, a shipping method, a fresh idempotency key. */
async function findPlaceholders() {
  const data = await ask(WHAT_IS_HERE);
  const variants = data?.search?.nodes?.flatMap(({ variants }) => variants.nodes) ?? [];
  return {
    variantId: variants.find(({ available, price }) => available && price)?.id ?? '',
    shippingMethodId: data?.shippingMethods?.nodes?.[0]?.id ?? '',
    key: crypto.randomUUID(),
  };
}

async function open() {
  const [examples, token, placeholders] = await Promise.all([
    fetch('/explorer/examples.json').then((response) => response.json()),
    findToken(),
    findPlaceholders(),
  ]);
  const headers = token ? JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) : '';
  const fillIn = (text) => text.replace(/{{(\w+)}}/g, (_, name) => placeholders[name]);
  const tabs = examples.map(({ query, variables }) => ({ query, variables: fillIn(variables), headers }));
  // Every visit starts from the examples, with a session that is alive.
  const storage = { getItem: () => null, setItem() {}, removeItem() {}, clear() {}, length: 0 };
  const send = GraphiQL.createFetcher({ url: GRAPHQL });
  // Right after a change of tab GraphiQL still names the operation of the tab before.
  const names = ({ query, operationName }) => new RegExp(`(query|mutation)\\s+${operationName}\\b`).test(query);
  const fetcher = (request, options) => send(names(request) ? request : { ...request, operationName: null }, options);
  ReactDOM.createRoot(document.getElementById('explorer')).render(
    React.createElement(GraphiQL, { fetcher, defaultTabs: tabs, defaultHeaders: headers, storage }),
  );
}

open();
