import type { Tooth } from './tooth.ts';

export const skipProviderKey: Tooth = {
  name: 'skip the provider key',
  why: 'Every request to the provider gets a fresh key, so that the provider takes a repeated one for a new payment.',
  source: [
    {
      file: 'subgraphs/payments/src/adapters/sandbox-payments.ts',
      find: `const answer = await http.post('/v1/payments', reference, {
        reference,`,
      replace: `const fresh = \`\${reference}:\${Date.now()}\`;
      const answer = await http.post('/v1/payments', fresh, {
        reference: fresh,`,
    },
  ],
  scenario: 'a charge that was never answered',
  caughtBy: ['an order has at most one payment that took or holds money, and was charged at most once'],
};
