/** A capture, a refund or a release of a payment. Its id is the idempotency key at the provider. */
export interface Effect {
  readonly id: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly kind: EffectKind;
  readonly key: string;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'REFUSED';
  readonly currency: string;
  readonly amountMinor: number;
  /** The part that gift cards and store credit pay or get back. */
  readonly storedMinor: number;
  readonly reason: string | null;
  readonly refusal: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** Names a refund that undoes a payment; how much had gone back before, so that money captured later has one of its own. */
export const undoKey = (refundedMinor: number): string => `void:${refundedMinor}`;

/** What of these refunds undoes the payment, in minor units. */
export const undoneMinor = (refunds: readonly Effect[]): number =>
  refunds
    .filter(({ key, status }) => key.startsWith('void:') && status !== 'REFUSED')
    .reduce((all, { amountMinor }) => all + amountMinor, 0);

export type EffectKind = 'CAPTURE' | 'REFUND' | 'RELEASE';
/** What moves money. */
export type MovingKind = Exclude<EffectKind, 'RELEASE'>;

/** The GraphQL type of a refund; the others have ids of the same form, but are no entities of their own. */
export const EFFECT_ID = { CAPTURE: 'Capture', REFUND: 'Refund', RELEASE: 'Release' } as const;
