import { relative } from 'node:path';
import { styleText } from 'node:util';
import { MAIL } from '@cartograph/customers/providers';
import { PAYMENTS } from '@cartograph/payments/providers';
import { readProviderList } from '@cartograph/providers/provider';
import { type Env, isProduction } from '@cartograph/runtime/settings';
import { DEFAULT_BASE_PORT, dataFolder } from './settings.ts';

export interface BannerFacts {
  readonly url: string;
  readonly seconds: number;
  readonly demo: boolean;
  readonly env: Env;
}

/** What a newcomer needs first: where to look, what to ask, who to be. Names only what this start offers. */
export function banner({ url, seconds, demo, env }: BannerFacts): string {
  const { origin, port } = new URL(url);
  const row = (title: string, text: string) => `  ${styleText('bold', title.padEnd(16))} ${text}`;
  const stops = env.DATABASE_URL
    ? 'Ctrl-C stops everything but your database.'
    : 'Ctrl-C stops everything, the database too.';
  const order = Number(port) === DEFAULT_BASE_PORT ? 'npm run order' : `npm run order -- --url ${url}`;
  const mailers = readProviderList(env, MAIL);
  const isKept = mailers.some((name) => name === 'folder' || name === 'sandbox');
  const explore = [
    row('Explorer', `${origin}/explorer   (works offline, examples filled in)`),
    row('Apollo Sandbox', `${url}   (needs internet)`),
  ];
  const payments = readProviderList(env, PAYMENTS);
  const tokens = payments.includes('sandbox')
    ? 'tok_success  tok_declined  tok_3ds  tok_timeout  tok_late'
    : `what the forms of ${payments.join(', ')} give: docs/providers.md`;
  const tryOut = [
    '',
    row('Ask', `curl -s ${url} -H 'content-type: application/json' -d '${EXAMPLE}'`),
    row('Place an order', order),
    row('Sign in as', 'ada@example.com / ada-demo-password       customer in Germany'),
    row('', 'bob@example.com / bob-demo-password       customer in the United States'),
    row('', 'admin@example.com / admin-demo-password   staff'),
    row('Pay with', tokens),
  ];
  return [
    '',
    `${styleText('bold', 'Cartograph is ready')} after ${seconds.toFixed(1)} s. ${stops}`,
    '',
    ...(isProduction(env) ? [] : explore),
    row('GraphQL', url),
    ...(demo ? tryOut : []),
    row(
      'Sent mail',
      isKept ? `${relative(process.cwd(), dataFolder(env)) || dataFolder(env)}/messages/` : `by ${mailers.join(', ')}`,
    ),
    '',
  ].join('\n');
}

const EXAMPLE = JSON.stringify({
  query: '{ search(query: "sneekers", first: 3) { nodes { title priceRange { min { amount currencyCode } } } } }',
});
