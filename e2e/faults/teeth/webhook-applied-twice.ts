import type { Tooth } from './tooth.ts';

export const webhookAppliedTwice: Tooth = {
  name: 'a webhook is applied twice',
  why: 'Every delivery counts as news, and a payment takes the step that it is told of once more.',
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
      replace: `(p.status = ANY ($3::text[]) OR p.status = $2) AND p.capturing_minor = 0
    AND ($6 = 0 OR p.provider_version <= $6)`,
    },
  ],
  scenario: 'webhooks that come twice',
  caughtBy: ['each step of a payment is taken once, however often the provider tells of it'],
};
