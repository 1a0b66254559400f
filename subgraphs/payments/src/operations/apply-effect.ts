import { badInput } from '@cartograph/kernel/errors';
import type { Money } from '@cartograph/kernel/money';
import { EFFECT_ID, type Effect, type MovingKind } from '../domain/effect.ts';
import { CAPTURABLE, type Payment, REFUNDABLE } from '../domain/payment.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Ports } from '../ports.ts';
import { readPayment } from './service.ts';

export interface EffectOrder {
  readonly orderId: string;
  readonly kind: MovingKind;
  readonly key: string;
  /** Null takes all that is left. */
  readonly amount: Money | null;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly notify: boolean;
}

export type EffectOutcome =
  | { readonly kind: 'done'; readonly payment: Payment; readonly effect: Effect | null }
  | { readonly kind: 'refused'; readonly reason: string; readonly payment: Payment | null };

/**
 * A capture or refund: claimed on the payment's row, asked of the provider under the effect's own id, then settled.
 * Whatever is repeated, and wherever the process dies, the next call or the recovery job goes on from there.
 */
export async function applyEffect(ports: Ports, order: EffectOrder): Promise<EffectOutcome> {
  const { kind, amount, notify } = order;
  const id = ports.newId(EFFECT_ID[kind]);
  const claim = await ports.effects.claim({ ...order, id, from: kind === 'CAPTURE' ? CAPTURABLE : REFUNDABLE });
  if (!claim) return { kind: 'refused', reason: 'NOT_FOUND' satisfies RefusalReason, payment: null };
  const { payment, effect, barred } = claim;
  if (!effect) return refuse(order, payment, barred);
  if (amount && (amount.minor !== effect.amountMinor || amount.currency !== effect.currency))
    throw badInput(`The key "${order.key}" was used for another amount. Use a new key for another operation.`);
  return driveEffect(ports, payment, effect, notify);
}

/** Asks the provider (again) for an effect that is not settled, and settles it. */
export async function driveEffect(
  ports: Ports,
  payment: Payment,
  effect: Effect,
  notify: boolean,
): Promise<EffectOutcome> {
  if (effect.status === 'SUCCEEDED') return { kind: 'done', payment, effect };
  if (effect.status === 'REFUSED') return { kind: 'refused', reason: effect.refusal ?? 'REFUSED_BY_PROVIDER', payment };
  const answer = await ask(ports, payment, effect);
  if (answer.kind === 'received') return { kind: 'done', payment, effect };
  const refusal = answer.kind === 'refused' ? answer.reason : null;
  const settled = await ports.effects.settle({
    effectId: effect.id,
    status: refusal === null ? 'SUCCEEDED' : 'REFUSED',
    refusal,
    version: answer.kind === 'done' ? answer.version : 0,
    eventId: notify ? ports.newId('Event') : null,
  });
  if (notify || effect.kind === 'REFUND') ports.wakeRelay();
  const after = settled ?? (await readPayment(ports, payment.id)) ?? payment;
  if (refusal !== null) return { kind: 'refused', reason: refusal, payment: after };
  return { kind: 'done', payment: after, effect: { ...effect, status: 'SUCCEEDED', settledAt: ports.clock() } };
}

async function ask({ providers }: Ports, payment: Payment, effect: Effect) {
  const minor = effect.amountMinor - effect.storedMinor;
  // Gift cards and store credit are our own: nobody else has to be asked.
  if (minor === 0) return { kind: 'done' as const, version: 0 };
  const request = {
    id: effect.id,
    reference: payment.id,
    providerId: payment.providerId ?? '',
    amount: { minor, currency: effect.currency },
  };
  const provider = providers.named(payment.provider);
  return effect.kind === 'CAPTURE' ? provider.capture(request) : provider.refund(request);
}

function refuse({ kind, amount }: EffectOrder, payment: Payment, barred: boolean): EffectOutcome {
  const refused = (reason: RefusalReason): EffectOutcome => ({ kind: 'refused', reason, payment });
  if (amount && amount.currency !== payment.currency) return refused('WRONG_CURRENCY');
  if (kind === 'REFUND') return refused(REFUNDABLE.includes(payment.status) ? 'EXCEEDS_CAPTURED' : 'NOT_CAPTURED');
  if (barred) return refused('VOIDED');
  // Captured before, by another key or together with the authorisation: what was asked for is the case.
  if (!amount && payment.status === 'CAPTURED') return { kind: 'done', payment, effect: null };
  return refused(CAPTURABLE.includes(payment.status) ? 'EXCEEDS_AUTHORIZED' : 'NOT_AUTHORIZED');
}
