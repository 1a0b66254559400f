import type { DiscountRule } from './discount.ts';

/** A discount as staff see it: without the one code by which a buyer came to it, with all its codes. */
export interface StaffDiscount extends Omit<DiscountRule, 'code' | 'uses' | 'usesByBuyer'> {
  readonly codes: readonly string[];
  readonly redemptions: number;
  readonly createdAt: Date;
}

export type NewDiscount = Omit<StaffDiscount, 'redemptions'>;

export interface CreateDiscountSuccess {
  readonly kind: 'CreateDiscountSuccess';
  readonly discount: StaffDiscount;
}

export interface EndDiscountSuccess {
  readonly kind: 'EndDiscountSuccess';
  readonly discount: StaffDiscount;
}

export type DiscountStatus = 'SCHEDULED' | 'ACTIVE' | 'ENDED';

export function discountStatus(discount: StaffDiscount, now: Date): DiscountStatus {
  // Ended before it began: its end is its beginning.
  if (discount.endsAt && (now >= discount.endsAt || discount.endsAt <= discount.startsAt)) return 'ENDED';
  if (discount.usageLimit !== null && discount.redemptions >= discount.usageLimit) return 'ENDED';
  return now < discount.startsAt ? 'SCHEDULED' : 'ACTIVE';
}
