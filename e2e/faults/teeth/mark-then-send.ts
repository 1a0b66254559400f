import type { Tooth } from './tooth.ts';

export const markThenSend: Tooth = {
  name: 'mark, then send',
  why: 'Takes an event out of the outbox before it is delivered, so that a delivery that fails is forgotten.',
  source: [
    {
      file: 'packages/runtime/src/outbox.ts',
      find: 'return [{ position, notes: (await deliver(event)) ?? [] }];',
      replace:
        "await pool.query('DELETE FROM outbox WHERE position = $1', [position]); return [{ position, notes: (await deliver(event)) ?? [] }];",
    },
  ],
  scenario: 'a capture that is not heard',
  caughtBy: ['a buyer has paid what they keep of an order and all that follow it, less what staff gave back'],
};
