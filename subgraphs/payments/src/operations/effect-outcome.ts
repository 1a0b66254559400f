import type { Money } from '@cartograph/kernel/money';
import type { Payment } from '../domain/payment.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';

export interface EffectDone {
  readonly kind: 'PaymentEffectSuccess';
  readonly payment: Payment | null;
  /** What a release let go; null when nothing was reserved. */
  readonly released: Money | null;
}

/** `kind` names the GraphQL type. */
export type PaymentEffectOutcome = EffectDone | ({ readonly kind: 'PaymentEffectRefused' } & Refusal);

export const succeeded = (payment: Payment | null, released: Money | null = null): PaymentEffectOutcome => ({
  kind: 'PaymentEffectSuccess',
  payment,
  released,
});

export const effectRefused = (reason: string): PaymentEffectOutcome => ({
  kind: 'PaymentEffectRefused',
  ...refusal(reason),
});
