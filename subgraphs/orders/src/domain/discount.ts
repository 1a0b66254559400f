import type { CheckoutVariant, CodeProblem, DiscountKind } from './checkout.ts';

/** A discount as pricing needs it. Its conditions are all here, so that pricing alone decides whether it counts. */
export interface DiscountRule {
  readonly id: string;
  readonly title: string;
  readonly kind: DiscountKind;
  /** The code that was entered for it; null for an automatic promotion. */
  readonly code: string | null;
  readonly percentBasisPoints: number | null;
  readonly amountMinor: number | null;
  /** The only currency it counts in; null for all. */
  readonly currency: string | null;
  readonly buyQuantity: number | null;
  readonly getQuantity: number | null;
  readonly minimumSubtotalMinor: number | null;
  readonly minimumQuantity: number | null;
  /** With `collectionIds` both empty: for every item. */
  readonly productIds: readonly string[];
  readonly collectionIds: readonly string[];
  /** Empty: for everybody. */
  readonly customerGroups: readonly string[];
  readonly usageLimit: number | null;
  readonly usageLimitPerBuyer: number | null;
  readonly uses: number;
  readonly usesByBuyer: number;
  readonly combinable: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** What a discount can count on. */
export interface DiscountSituation {
  readonly currency: string;
  readonly customerGroups: readonly string[];
  readonly now: Date;
  readonly lines: readonly {
    readonly variant: Pick<CheckoutVariant, 'productId' | 'collectionIds'>;
    readonly quantity: number;
    readonly subtotal: { readonly minor: number };
  }[];
}

export const matches = (rule: DiscountRule, variant: Pick<CheckoutVariant, 'productId' | 'collectionIds'>): boolean =>
  (rule.productIds.length === 0 && rule.collectionIds.length === 0) ||
  rule.productIds.includes(variant.productId) ||
  variant.collectionIds.some((id) => rule.collectionIds.includes(id));

/** Why a discount does not count; null if it does. Whether it loses to a better one is decided later. */
export function problemOf(rule: DiscountRule, situation: DiscountSituation): CodeProblem | null {
  const { now, currency, customerGroups } = situation;
  if (now < rule.startsAt) return 'NOT_STARTED';
  if (rule.endsAt && now >= rule.endsAt) return 'EXPIRED';
  if (rule.currency && rule.currency !== currency) return 'WRONG_CURRENCY';
  if (rule.customerGroups.length > 0 && !rule.customerGroups.some((group) => customerGroups.includes(group)))
    return 'NOT_ELIGIBLE';
  if (rule.usageLimit !== null && rule.uses >= rule.usageLimit) return 'USED_UP';
  if (rule.usageLimitPerBuyer !== null && rule.usesByBuyer >= rule.usageLimitPerBuyer) return 'ALREADY_USED';
  return problemOfItems(rule, situation);
}

function problemOfItems(rule: DiscountRule, { lines }: DiscountSituation): CodeProblem | null {
  const matching = lines.filter(({ variant }) => matches(rule, variant));
  if (matching.length === 0) return 'NO_MATCHING_ITEMS';
  const worth = matching.reduce((total, { subtotal }) => total + subtotal.minor, 0);
  const quantity = matching.reduce((total, line) => total + line.quantity, 0);
  const enough = Math.max(rule.minimumQuantity ?? 0, (rule.buyQuantity ?? 0) + (rule.getQuantity ?? 0));
  return worth < (rule.minimumSubtotalMinor ?? 0) || quantity < enough ? 'MINIMUM_NOT_MET' : null;
}

const WORDS: Readonly<Record<CodeProblem, string>> = {
  UNKNOWN: 'is not a code of this shop. Check its spelling.',
  NOT_STARTED: 'does not count yet. Try it later.',
  EXPIRED: 'has expired.',
  USED_UP: 'has been used as often as it may be.',
  ALREADY_USED: 'has been used by you as often as it may be.',
  NOT_ELIGIBLE: 'is for certain customers only. Sign in if you are one of them.',
  WRONG_CURRENCY: 'is for another currency.',
  MINIMUM_NOT_MET: 'asks for more items, or more expensive ones. Add some and try again.',
  NO_MATCHING_ITEMS: 'is for items that are not in the cart.',
};

export const inWords = (code: string, problem: CodeProblem): string => `"${code}" ${WORDS[problem]}`;

/** Codes are compared in capitals and without blanks around them. */
export const normalizeCode = (code: string): string => code.trim().toUpperCase();

/** What a code can look like; anything else cannot name a discount. */
export const isCode = (code: string): boolean => /^[A-Z0-9-]{3,32}$/.test(code);
