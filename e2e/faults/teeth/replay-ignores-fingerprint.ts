import type { Tooth } from './tooth.ts';

export const replayIgnoresFingerprint: Tooth = {
  name: 'a replay ignores the fingerprint',
  why: 'A known key is answered with its order, whatever the request asks for this time.',
  source: [
    {
      file: 'subgraphs/orders/src/operations/place-order.ts',
      find: "if (earlier.fingerprint !== attempt.key.fingerprint) return { kind: 'IdempotencyKeyReused' } as const;",
      replace: '',
    },
  ],
  scenario: 'a key used for something else',
  caughtBy: ['a key is good for one input alone'],
};
