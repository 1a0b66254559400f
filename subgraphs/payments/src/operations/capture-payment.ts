import { badInput } from '@cartograph/kernel/errors';
import type { Money } from '@cartograph/kernel/money';
import { readText } from '@cartograph/kernel/text';
import type { MovingKind } from '../domain/effect.ts';
import type { Ports } from '../ports.ts';
import { applyEffect } from './apply-effect.ts';
import { effectRefused, type PaymentEffectOutcome, succeeded } from './effect-outcome.ts';

export interface EffectInput {
  readonly orderId: string;
  readonly key: string;
  readonly amount: Money | null;
  readonly reason: string | null;
}

/** Captures and refunds that a neighbour asks for, by the order. */
const effectOf =
  (kind: MovingKind) =>
  (ports: Ports) =>
  async ({ orderId, key, amount, reason }: EffectInput): Promise<PaymentEffectOutcome> => {
    if (amount && amount.minor <= 0) throw badInput('"amount" must be more than zero.');
    const outcome = await applyEffect(ports, {
      orderId,
      kind,
      key: `order:${readText('key', key)}`,
      amount,
      reason,
      requestedBy: 'orders',
      notify: false,
    });
    return outcome.kind === 'done' ? succeeded(outcome.payment) : effectRefused(outcome.reason);
  };

export const capturePayment = effectOf('CAPTURE');
export const refundPayment = effectOf('REFUND');
