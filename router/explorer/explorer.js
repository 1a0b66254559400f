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

/** A guest session, so that the examples can own a cart; sign in and replace the header to be somebody. */
async function guestHeaders() {
  const data = await ask('mutation { startGuestSession { accessToken } }');
  const token = data?.startGuestSession?.accessToken;
  return token ? JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) : '';
}

/** The examples name what exists here: `{{variantId}}` is a variant in stock, `{{key}}` a fresh idempotency key. */
async function fillIn(text) {
  if (!text.includes('{{')) return text;
  const data = await ask(
    '{ search(query: "", first: 20) { nodes { product { variants(first: 5) { nodes { id available } } } } } }',
  );
  const variants = data?.search?.nodes?.flatMap(({ product }) => product.variants.nodes) ?? [];
  const variantId = variants.find(({ available }) => available)?.id ?? '';
  return text.replaceAll('{{variantId}}', variantId).replaceAll('{{key}}', crypto.randomUUID());
}

async function open() {
  const examples = await (await fetch('/explorer/examples.json')).json();
  const headers = await guestHeaders();
  const tabs = await Promise.all(
    examples.map(async ({ query, variables }) => ({ query, variables: await fillIn(variables), headers })),
  );
  const fetcher = GraphiQL.createFetcher({ url: GRAPHQL });
  ReactDOM.createRoot(document.getElementById('explorer')).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs,
      defaultHeaders: headers,
      // Every visit starts from the examples, with a session that is alive.
      storage: { getItem: () => null, setItem() {}, removeItem() {}, clear() {}, length: 0 },
    }),
  );
}

open();
