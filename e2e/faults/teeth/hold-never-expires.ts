import type { Tooth } from './tooth.ts';

export const holdNeverExpires: Tooth = {
  name: 'a hold never expires',
  why: 'The sweep looks at the wrong moment, and goods that nobody is going to pay for stay held.',
  database: [
    {
      schema: 'products',
      function: 'expire_stock',
      find: 'expires_at <= now()',
      replace: "expires_at <= now() - interval '1 day'",
    },
  ],
  scenario: 'a checkout that vanished',
  caughtBy: ['no hold outlives its time by more than a sweep'],
};
