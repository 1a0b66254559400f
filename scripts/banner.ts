import { styleText } from 'node:util';

/** What a newcomer needs first: where to look, what to ask, who to be. */
export async function banner(url: string, seconds: number): Promise<string> {
  const { origin } = new URL(url);
  const title = (text: string) => styleText('bold', text);
  return `
${title('Cartograph is ready')} after ${seconds.toFixed(1)} s. Ctrl-C stops everything, the database too.

  ${title('Explorer')}         ${origin}/explorer      (works offline, examples filled in)
  ${title('Apollo Sandbox')}   ${url}       (needs internet)
  ${title('GraphQL')}          ${url}

${title('Ask something')}
  curl -s ${url} -H 'content-type: application/json' \\
    -d '{"query":"{ search(query: \\"sneekers\\", first: 3) { nodes { title priceRange { min { amount currencyCode } } } } }"}'

${title('Place an order')}     npm run order

${title('Sign in as')}         ada@example.com / ada-demo-password        customer in Germany
                   bob@example.com / bob-demo-password        customer in the United States
                   admin@example.com / admin-demo-password    staff
${title('Pay with')}           tok_success  tok_declined  tok_3ds  tok_timeout  tok_late
${title('Sent mail')}          .cartograph/messages/
`;
}
