import type { Payment } from '../domain/payment.ts';
import { type Refusal, refusal } from '../domain/refusal.ts';

export interface EffectDone {
  readonly kind: 'PaymentEffectSuccess';
  readonly payment: Payment | null;
}

/** `kind` names the GraphQL type. */
export type PaymentEffectOutcome = EffectDone | ({ readonly kind: 'PaymentEffectRefused' } & Refusal);

export const succeeded = (payment: Payment | null): PaymentEffectOutcome => ({ kind: 'PaymentEffectSuccess', payment });

export const effectRefused = (reason: string): PaymentEffectOutcome => ({
  kind: 'PaymentEffectRefused',
  ...refusal(reason),
});
