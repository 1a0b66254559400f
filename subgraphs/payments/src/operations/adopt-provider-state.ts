import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import {
  ADOPTION_REFUSALS,
  type AdoptedAmounts,
  type Adoption,
  type AdoptionRefusal,
  adoptedIn,
  adoptionOf,
  isUnderWay,
} from '../domain/adoption.ts';
import { EFFECT_ID } from '../domain/effect.ts';
import type { Payment } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { readPayment } from './service.ts';
import { soughtOf } from './sought.ts';
import { claimKey, type IdempotencyKeyReused, idOf, refuseKey } from './staff-command.ts';

export interface AdoptProviderStateInput {
  readonly paymentId: string;
  readonly idempotencyKey: string;
}

export type AdoptProviderStateOutcome =
  | {
      readonly kind: 'AdoptProviderStateSuccess';
      readonly payment: Payment;
      /** Null when both sides agreed already. */
      readonly adopted: AdoptedAmounts | null;
    }
  | { readonly kind: 'AdoptionRefused'; readonly reason: AdoptionRefusal; readonly message: string }
  | IdempotencyKeyReused
  | NotFound
  | InvalidInput;

/** Each time, the payment has changed while the provider was asked. */
const MAX_ROUNDS = 5;

/**
 * Brings our books up to what was done at the provider by hand. The provider alone says what that was, asked outside of any
 * transaction; what it says is written in one statement, if the payment has not changed meanwhile.
 */
export const adoptProviderState =
  (ports: Ports) =>
  async (
    viewer: Viewer,
    { paymentId, idempotencyKey }: AdoptProviderStateInput,
  ): Promise<AdoptProviderStateOutcome> => {
    const wrongKey = refuseKey(idempotencyKey);
    if (wrongKey) return wrongKey;
    const [payment] = isId('Payment', paymentId) ? await ports.payments.findByIds(viewer, [paymentId]) : [];
    if (!payment) return notFound('payment');
    const claim = await claimKey(ports, viewer, 'adoptProviderState', idempotencyKey, [paymentId]);
    if ('kind' in claim) return claim;
    const by = { key: `adopt:${claim.name}`, adoptedBy: idOf(viewer) };
    for (let round = 0, current: Payment | null = payment; current && round < MAX_ROUNDS; round += 1) {
      const earlier = await ports.effects.findByKey(payment.orderId, by.key);
      const seen: Payment | null = earlier.length > 0 ? await readPayment(ports, payment.id) : null;
      if (seen) return succeeded(seen, adoptedIn(earlier));
      const outcome = await attempt(ports, current, by);
      if (outcome) return outcome;
      current = await readPayment(ports, payment.id);
    }
    return refused('UNDER_WAY');
  };

/** Null when the payment has changed while the provider was asked: what it has said may be older than that. */
async function attempt(
  ports: Ports,
  payment: Payment,
  by: { readonly key: string; readonly adoptedBy: string },
): Promise<AdoptProviderStateOutcome | null> {
  if (payment.provider === null) return refused('NO_PROVIDER');
  // Its own job finds out; what the provider said now would count the same money again when that is settled.
  if (isUnderWay(payment)) return refused('UNDER_WAY');
  const theirs = await ports.providers.named(payment.provider).find(soughtOf(payment));
  const adoption = adoptionOf(payment, theirs);
  if (adoption === null) return succeeded(payment, null);
  if (typeof adoption === 'string') return refused(adoption);
  const after = await write(ports, payment, adoption, theirs?.version ?? 0, by);
  return after && succeeded(after, adoption);
}

async function write(
  { effects, newId, wakeRelay }: Ports,
  payment: Payment,
  adoption: Adoption,
  version: number,
  by: { readonly key: string; readonly adoptedBy: string },
): Promise<Payment | null> {
  const ids = { capture: newId(EFFECT_ID.CAPTURE), refund: newId(EFFECT_ID.REFUND), release: newId(EFFECT_ID.RELEASE) };
  const after = await effects.adopt({ ...by, payment, adoption, version, ids, eventId: newId('Event') });
  if (after) wakeRelay();
  return after;
}

const succeeded = (payment: Payment, adopted: AdoptedAmounts | null): AdoptProviderStateOutcome => ({
  kind: 'AdoptProviderStateSuccess',
  payment,
  adopted,
});

const refused = (reason: AdoptionRefusal): AdoptProviderStateOutcome => ({
  kind: 'AdoptionRefused',
  reason,
  message: ADOPTION_REFUSALS[reason],
});
