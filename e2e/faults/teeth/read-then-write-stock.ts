import type { Tooth } from './tooth.ts';

export const readThenWriteStock: Tooth = {
  name: 'read-then-write stock',
  why: 'Reads how much is held, thinks, and writes the sum, without locking the level in between.',
  database: [
    {
      schema: 'products',
      function: 'hold_stock',
      find: 'PERFORM FROM stock_level WHERE variant_id = ANY (wanted_ids) ORDER BY variant_id, warehouse_id FOR NO KEY UPDATE;',
      replace: '',
    },
    {
      schema: 'products',
      function: 'take_stock',
      find: 'SET held = s.held + t.quantity, oversold',
      replace: `SET held = t.quantity + (SELECT r.held FROM stock_level r, pg_sleep(0.1)
        WHERE r.variant_id = t.variant_id AND r.warehouse_id = t.warehouse_id), oversold`,
    },
  ],
  scenario: 'a crowd for the last pieces',
  // More is never sold even so: the table's own constraint refuses it.
  caughtBy: ['levels, holds and movements tell one story'],
};
