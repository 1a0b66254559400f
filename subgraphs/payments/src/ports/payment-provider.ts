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
  /** The payment as the provider has it, or null when nothing was ever asked of it under this reference. */
  find(sought: SoughtPayment): Promise<ProviderPayment | null>;
  /** Keyed by `id`. */
  capture(request: ProviderEffectRequest): Promise<ProviderEffectAnswer>;
  /** Keyed by `id`. */
  refund(request: ProviderEffectRequest): Promise<ProviderEffectAnswer>;
  /**
   * Releases what is reserved. Where money was taken already, it changes nothing: see the answer's status. Of a payment
   * that `find` does not know, it keeps what may still be on its way from having an effect, as far as the provider lets
   * it; null when there was nothing to release.
   */
  void(sought: SoughtPayment): Promise<ProviderPayment | null>;
  /** Turns a one-time token into one that can be used again. */
  saveMethod(token: string, customerId: string): Promise<ProviderMethod | { readonly refused: string }>;
  forgetMethod(token: string): Promise<void>;
  /** How far the provider's own books are behind what it has answered. */
  readonly booksLagMs?: number;
  /** What the provider's own books say of payments, from a moment on; one row per payment. */
  moved(from: Date): AsyncIterable<Moved>;
  /** Reserves or takes what the buyer has approved, once; for a provider with pictures that say `approved`. */
  readonly complete?: (sought: SoughtPayment) => Promise<ProviderPayment>;
  /**
   * What the buyer brings back from the bank's page, where the provider waits to be told of it. Null when it says nothing
   * about a payment of ours.
   */
  readonly returned?: (query: Readonly<Record<string, string>>) => Promise<ProviderPayment | null>;
  /** Checks that the bytes come from the provider, and only then reads them. */
  openWebhook(webhook: Webhook): Promise<OpenedWebhook>;
  /** Reads an event that was verified; null for one of a kind that says nothing about a payment. */
  readEvent(payload: unknown): ProviderEvent | null;
}

/** The providers that are connected. */
export interface PaymentProviders {
  /** In the order of the setting. */
  readonly all: readonly PaymentProvider[];
  /** Who gets a new payment. */
  forNew(currency: string, country: string | null): PaymentProvider;
  /** Whoever has a payment or a card keeps it. Throws when that one is not connected (any more). */
  named(name: string | null): PaymentProvider;
}

export interface Webhook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What came over a webhook: often one event, sometimes several. */
export type OpenedWebhook =
  | { readonly kind: 'events'; readonly events: readonly { readonly id: string; readonly type: string }[] }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'malformed' };

/** What we know of a payment when we ask how it stands. */
export interface SoughtPayment {
  readonly reference: string;
  /** Null when no answer has ever told it. */
  readonly providerId: string | null;
  /** What the card pays. */
  readonly amount: Money;
  readonly capture: CaptureMode;
  readonly buyerId: string;
  readonly orderId: string;
  readonly createdAt: Date;
  /** An answer or an event has said that the money is reserved. */
  readonly isReserved: boolean;
}

/** What a provider has told by its events, as far as it is kept: all there is to know of one that cannot be asked. */
export interface ProviderHistory {
  ofPayment(reference: string): Promise<readonly unknown[]>;
  since(from: Date): AsyncIterable<unknown>;
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
  /** `approved`: the buyer has agreed, and nothing is reserved or taken until `complete`. */
  readonly status: 'action-required' | 'approved' | 'pending' | 'authorized' | 'captured' | 'declined' | 'voided';
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
  /** Our payment's id. */
  readonly reference: string;
  /** The payment as it stood; null when the event says only that something has changed, and the provider is to be asked. */
  readonly payment: ProviderPayment | null;
}
