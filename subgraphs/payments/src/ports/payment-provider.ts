import type { Money } from '@cartograph/kernel/money';
import type { Card } from '../domain/card.ts';
import type { CaptureMode } from '../domain/payment.ts';
import type { Moved } from '../domain/reconciliation.ts';

/**
 * A payment provider. Every call is keyed, so that repeating it after a lost answer has no second effect. A call whose
 * outcome nobody knows throws `Unavailable`; everything the provider says is an answer, a refusal included.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Keyed by `reference`. */
  authorize(request: ProviderAuthorization): Promise<ProviderPayment>;
  /** The payment as the provider has it, or null when it has none under this reference. */
  find(reference: string): Promise<ProviderPayment | null>;
  /** Keyed by `id`. */
  capture(request: ProviderEffectRequest): Promise<ProviderEffectAnswer>;
  /** Keyed by `id`. */
  refund(request: ProviderEffectRequest): Promise<ProviderEffectAnswer>;
  /** Releases what is reserved. Where money was taken already, it changes nothing: see the answer's status. */
  void(request: { readonly reference: string; readonly providerId: string }): Promise<ProviderPayment>;
  /** Turns a one-time token into one that can be used again. */
  saveMethod(token: string, customerId: string): Promise<ProviderMethod | { readonly refused: string }>;
  forgetMethod(token: string): Promise<void>;
  /** What the provider's own books say of payments, from a moment on; one row per payment. */
  moved(from: Date): AsyncIterable<Moved>;
  /** Reads an event that was verified; null for one of a kind that says nothing about a payment. */
  readEvent(payload: unknown): ProviderEvent | null;
}

export interface ProviderAuthorization {
  /** Our payment's id: the provider's record can be found by it. */
  readonly reference: string;
  readonly amount: Money;
  readonly token: string;
  readonly capture: CaptureMode;
  readonly buyerId: string;
  readonly orderId: string;
  readonly email: string | null;
}

export interface ProviderEffectRequest {
  /** Our effect's id. */
  readonly id: string;
  readonly reference: string;
  readonly providerId: string;
  readonly amount: Money;
}

/** Done, accepted (the result comes by an event), or refused for good. */
export type ProviderEffectAnswer =
  | { readonly kind: 'done'; readonly version: number }
  | { readonly kind: 'received'; readonly version: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** How a payment stands at the provider, as one consistent picture. */
export interface ProviderPayment {
  readonly providerId: string;
  readonly reference: string;
  readonly status: 'action-required' | 'pending' | 'authorized' | 'captured' | 'declined' | 'voided';
  /** Grows with every change at the provider, so that an old picture is told from a new one. */
  readonly version: number;
  readonly currency: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly card: Card | null;
  readonly declineReason: string | null;
  readonly action: { readonly redirectUrl: string; readonly clientSecret: string } | null;
  /** Captures and refunds that carry one of our effects' ids. */
  readonly effects: readonly {
    readonly id: string;
    readonly status: 'SUCCEEDED' | 'REFUSED' | 'PENDING';
    readonly refusal: string | null;
  }[];
}

export interface ProviderMethod extends Card {
  readonly token: string;
}

export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  readonly payment: ProviderPayment;
}
