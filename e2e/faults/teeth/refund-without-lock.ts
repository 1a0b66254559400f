import type { Tooth } from './tooth.ts';

export const refundWithoutLock: Tooth = {
  name: 'refund without lock',
  why: 'Looks how much is left to refund without locking the payment, and trusts no constraint to notice.',
  source: [
    {
      file: 'subgraphs/payments/src/datasources/effect-store.ts',
      find: "WHERE p.order_id = $2 AND p.status NOT IN ('DECLINED', 'VOIDED') FOR UPDATE OF p",
      replace:
        "WHERE p.order_id = $2 AND p.status NOT IN ('DECLINED', 'VOIDED') AND ($3 = 'CAPTURE' OR pg_sleep(0.5) IS NOT NULL)",
    },
  ],
  statements: [
    'ALTER TABLE payments.payments DROP CONSTRAINT payments_refunded_within_captured',
    'ALTER TABLE payments.payments DROP CONSTRAINT payments_stored_within_limits',
    'ALTER TABLE payments.payments DROP CONSTRAINT payments_card_within_limits',
    'ALTER TABLE payments.payments DROP CONSTRAINT payments_status_fits_amounts',
  ],
  scenario: 'two refunds at once',
  caughtBy: ['no more is captured than was authorised, and no more refunded than was captured'],
};
