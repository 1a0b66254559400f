import type { Tooth } from './tooth.ts';

export const captureTooMuch: Tooth = {
  name: 'capture more than was authorised',
  why: 'Asks the provider for a euro more than the order costs. A provider that allows it would take it; ours refuses.',
  source: [
    {
      file: 'subgraphs/payments/src/operations/apply-effect.ts',
      find: 'const minor = effect.amountMinor - effect.storedMinor;',
      replace: "const minor = effect.amountMinor - effect.storedMinor + (effect.kind === 'CAPTURE' ? 100 : 0);",
    },
  ],
  scenario: 'a plain purchase',
  caughtBy: ['a buyer has paid what they keep of an order and all that follow it, less what staff gave back'],
};
