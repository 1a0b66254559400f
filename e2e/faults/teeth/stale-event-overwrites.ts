import type { Tooth } from './tooth.ts';

export const staleEventOverwrites: Tooth = {
  name: 'a stale event overwrites',
  why: 'Whatever the provider tells last is taken for what happened last.',
  source: [
    {
      file: 'subgraphs/payments/src/datasources/inbox.ts',
      find: 'return row?.is_news === true;',
      replace: 'return row !== undefined;',
    },
    {
      file: 'subgraphs/payments/src/datasources/authorization-statements.ts',
      find: `p.status = ANY ($3::text[]) AND p.capturing_minor = 0
    AND ($6 = 0 OR p.provider_version < $6)`,
      replace: '$3::text[] IS NOT NULL AND p.capturing_minor = 0',
    },
    {
      file: 'subgraphs/payments/src/datasources/authorization-statements.ts',
      find: 'provider_version = GREATEST(p.provider_version, $6::bigint)',
      replace: 'provider_version = $6::bigint',
    },
  ],
  scenario: 'webhooks that overtake each other',
  caughtBy: ['an old event never overwrites newer state'],
};
