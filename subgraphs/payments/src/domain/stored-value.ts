import { isCurrencyCode } from '@cartograph/kernel/currency';

/** A gift card, or a customer's store credit in one currency. */
export interface StoredValue {
  readonly id: string;
  readonly kind: 'GIFT_CARD' | 'STORE_CREDIT';
  /** Of a gift card: the digest of its code, which itself is kept nowhere. */
  readonly codeHash: string | null;
  readonly last4: string | null;
  readonly customerId: string | null;
  readonly currency: string;
  readonly initialMinor: number;
  readonly balanceMinor: number;
  readonly reservedMinor: number;
  readonly expiresAt: Date | null;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
}

/** The part of a payment that one stored value pays. */
export interface Redemption {
  readonly paymentId: string;
  readonly kind: StoredValue['kind'];
  readonly last4: string | null;
  /** The parts before this one; a payment's totals fill its redemptions in order. */
  readonly offsetMinor: number;
  readonly amountMinor: number;
}

/** Codes are compared without hyphens, spaces and case, as people type them. */
export const normaliseCode = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();

/** 50 capitals and digits would be typed by nobody; a longer text is no code. */
export const isCode = (normalised: string): boolean => /^[A-Z0-9]{6,50}$/.test(normalised);

export const canPay = (value: StoredValue, now: Date): boolean =>
  value.disabledAt === null && (value.expiresAt === null || value.expiresAt > now);

/** How much of a payment's total (captured, refunded) falls on this redemption. */
export const shareOf = ({ offsetMinor, amountMinor }: Redemption, totalMinor: number): number =>
  Math.min(Math.max(totalMinor - offsetMinor, 0), amountMinor);

/** How much of this redemption was let go, of a payment's total: they are let go from the last one on. */
export const releasedShareOf = (
  redemption: Redemption,
  { storedMinor, storedReleasedMinor }: { readonly storedMinor: number; readonly storedReleasedMinor: number },
): number => redemption.amountMinor - shareOf(redemption, storedMinor - storedReleasedMinor);

/** The most that one gift card or grant may be worth, in minor units. */
export const MAX_ISSUE_MINOR = 1_000_000_00;

export const isIssuable = (minor: number, currency: string): boolean =>
  isCurrencyCode(currency) && minor > 0 && minor <= MAX_ISSUE_MINOR;
