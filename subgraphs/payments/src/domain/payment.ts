import type { Money } from '@cartograph/kernel/money';

/** From CREATED to a final state; see `NEXT` for what may follow what. */
export type PaymentStatus =
  | 'CREATED'
  | 'ACTION_REQUIRED'
  | 'PENDING'
  | 'UNKNOWN'
  | 'AUTHORIZED'
  | 'PARTIALLY_CAPTURED'
  | 'CAPTURED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'VOIDED'
  | 'DECLINED';

export type CaptureMode = 'AUTOMATIC' | 'MANUAL';

/**
 * One try to pay for an order. Amounts are minor units of `currency`. `stored…` is the part for which no
 * provider is asked: that of gift cards and store credit, or all that a sales channel has collected. `…ing` is claimed by captures and refunds that are under way.
 * `authorizedMinor` is what is reserved or was taken; what was let go is not in it any more.
 */
export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly status: PaymentStatus;
  readonly declineReason: string | null;
  readonly captureMode: CaptureMode;
  readonly currency: string;
  readonly amountMinor: number;
  readonly storedMinor: number;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly storedCapturedMinor: number;
  readonly capturingMinor: number;
  readonly storedReleasedMinor: number;
  readonly refundedMinor: number;
  readonly storedRefundedMinor: number;
  readonly refundingMinor: number;
  readonly provider: string | null;
  /** The sales channel that has collected the money; the stored part is then the whole. */
  readonly channel: string | null;
  readonly providerId: string | null;
  readonly providerVersion: number;
  readonly cardBrand: string | null;
  readonly cardLast4: string | null;
  readonly cardExpMonth: number | null;
  readonly cardExpYear: number | null;
  readonly redirectUrl: string | null;
  readonly clientSecret: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly authorizedAt: Date | null;
  readonly capturedAt: Date | null;
}

const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  CREATED: ['ACTION_REQUIRED', 'PENDING', 'UNKNOWN', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED'],
  UNKNOWN: ['ACTION_REQUIRED', 'PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED'],
  ACTION_REQUIRED: ['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED'],
  PENDING: ['ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED'],
  AUTHORIZED: ['PARTIALLY_CAPTURED', 'CAPTURED', 'VOIDED'],
  PARTIALLY_CAPTURED: ['CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'],
  CAPTURED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  // Money that was still reserved can be taken after a part went back.
  PARTIALLY_REFUNDED: ['REFUNDED'],
  REFUNDED: ['PARTIALLY_REFUNDED'],
  VOIDED: [],
  DECLINED: [],
};

/** The outcome is not known yet: the buyer, the provider or we have to do something. */
export const OPEN: readonly PaymentStatus[] = ['CREATED', 'ACTION_REQUIRED', 'PENDING', 'UNKNOWN'];

/** States in which reserved money can be taken: what was taken before may all have gone back. */
export const CAPTURABLE: readonly PaymentStatus[] = [
  'AUTHORIZED',
  'PARTIALLY_CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
];

/** States in which taken money can be given back. */
export const REFUNDABLE: readonly PaymentStatus[] = [
  'PARTIALLY_CAPTURED',
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
];

export const isOpen = ({ status }: Payment): boolean => OPEN.includes(status);

/** Nothing was taken and nothing is reserved, for good: another try may follow. */
export const isDead = ({ status }: Payment): boolean => status === 'VOIDED' || status === 'DECLINED';

export const canBecome = (from: PaymentStatus, to: PaymentStatus): boolean => NEXT[from].includes(to);

/** The states that `to` may follow. */
export const statesBefore = (to: PaymentStatus): readonly PaymentStatus[] =>
  (Object.keys(NEXT) as PaymentStatus[]).filter((from) => canBecome(from, to));

/** A card pays a part, so the provider has to be asked. */
export const paysByCard = ({ amountMinor, storedMinor }: Payment): boolean => amountMinor > storedMinor;

/** What the shop has of the buyer's money. */
export const netMinor = ({ capturedMinor, refundedMinor }: Payment): number => capturedMinor - refundedMinor;

/** What is reserved, and nobody is taking it just now. */
export const reservedMinor = ({ authorizedMinor, capturedMinor, capturingMinor }: Payment): number =>
  authorizedMinor - capturedMinor - capturingMinor;

/** All of it was let go before anything was taken: its reservation is to be given up at the provider, too. */
export const isUnwanted = ({ status, amountMinor, authorizedMinor }: Payment): boolean =>
  status === 'AUTHORIZED' && authorizedMinor === 0 && amountMinor > 0;

export const refundable = (payment: Payment): Money => ({
  minor: payment.capturedMinor - payment.refundedMinor - payment.refundingMinor,
  currency: payment.currency,
});
