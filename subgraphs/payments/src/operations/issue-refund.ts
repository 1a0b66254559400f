import { isId } from '@cartograph/kernel/id';
import type { Money } from '@cartograph/kernel/money';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Effect } from '../domain/effect.ts';
import { invalid } from '../domain/invalid-input.ts';
import { isDead, type Payment, refundable } from '../domain/payment.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';
import type { Ports } from '../ports.ts';
import { applyEffect } from './apply-effect.ts';
import { claimKey, type IdempotencyKeyReused, idOf, refuseKey } from './staff-command.ts';

export interface IssueRefundInput {
  readonly paymentId: string;
  readonly amount: Money | null;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

export type IssueRefundOutcome =
  | { readonly kind: 'IssueRefundSuccess'; readonly refund: Effect; readonly payment: Payment }
  | ({ readonly kind: 'RefundRefused'; readonly refundable: Money } & Refusal)
  | IdempotencyKeyReused
  | NotFound
  | InvalidInput;

/** A refund that staff ask for. Orders, and by it the buyer, hear of it by the outbox. */
export const issueRefund =
  (ports: Ports) =>
  async (viewer: Viewer, input: IssueRefundInput): Promise<IssueRefundOutcome> => {
    const { paymentId, amount, idempotencyKey } = input;
    const reason = input.reason?.trim() || null;
    if (amount && amount.minor <= 0) return invalid(['amount'], 'The amount must be more than zero.');
    const wrongKey = refuseKey(idempotencyKey);
    if (wrongKey) return wrongKey;
    if (reason && reason.length > 500) return invalid(['reason'], 'A reason has at most 500 characters.');
    if (reason && /[\p{Cc}\p{Cs}]/u.test(reason.replace(/[\n\r\t]/g, '')))
      return invalid(['reason'], 'A reason has no control characters.');
    const [payment] = isId('Payment', paymentId) ? await ports.payments.findByIds(viewer, [paymentId]) : [];
    if (!payment) return notFound('payment');
    const asked = [paymentId, amount?.minor ?? null, amount?.currency ?? null, reason];
    const claim = await claimKey(ports, viewer, 'issueRefund', idempotencyKey, asked);
    if ('kind' in claim) return claim;
    // The channel pays it back, and has to be told: orders does both.
    if (payment.channel !== null) return refused(payment, 'PAID_THROUGH_CHANNEL');
    // The order's live payment is another one; this one never took anything.
    if (isDead(payment)) return refused(payment, 'NOT_CAPTURED');
    const outcome = await applyEffect(ports, {
      orderId: payment.orderId,
      kind: 'REFUND',
      key: `staff:${claim.name}`,
      amount,
      reason,
      requestedBy: idOf(viewer),
      notify: true,
    });
    if (outcome.kind === 'refused') return refused(outcome.payment ?? payment, outcome.reason);
    if (!outcome.effect) throw new Error('a refund without an effect');
    return { kind: 'IssueRefundSuccess', refund: outcome.effect, payment: outcome.payment };
  };

const refused = (payment: Payment, reason: string): IssueRefundOutcome => ({
  kind: 'RefundRefused',
  ...refusal(reason),
  refundable: refundable(payment),
});
