import { money } from '@cartograph/kernel/money';
import type { CheckoutCustomer, CheckoutVariant, ShippingRate } from '../src/domain/checkout.ts';
import type { DiscountRule } from '../src/domain/discount.ts';
import { type PricingFacts, prepare, priceCheckout } from '../src/domain/pricing.ts';
import type { TaxRate } from '../src/domain/tax.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const DE: TaxRate[] = [
  { title: 'VAT', taxClass: 'standard', rateBasisPoints: 1900 },
  { title: 'VAT', taxClass: 'reduced', rateBasisPoints: 700 },
];
export const CALIFORNIA: TaxRate[] = [
  { title: 'State', taxClass: 'standard', rateBasisPoints: 725 },
  { title: 'County', taxClass: 'standard', rateBasisPoints: 250 },
];

/** A variant that anybody can buy a million of. */
export const variant = (id: string, minor: number, more: Partial<CheckoutVariant> = {}): CheckoutVariant => ({
  id,
  productId: `Product:${id}`,
  sku: id,
  productTitle: id,
  title: id,
  imageUrl: null,
  unitPrice: money(minor, 'EUR'),
  compareAtPrice: null,
  taxClass: 'standard',
  weightGrams: 100,
  requiresShipping: true,
  collectionIds: [],
  availableQuantity: 1_000_000,
  backorder: false,
  purchasable: true,
  ...more,
});

/** A promotion without conditions that can be combined. */
export const rule = (id: string, more: Partial<DiscountRule>): DiscountRule => ({
  id,
  title: id,
  kind: 'PERCENTAGE',
  code: null,
  percentBasisPoints: null,
  amountMinor: null,
  currency: null,
  buyQuantity: null,
  getQuantity: null,
  minimumSubtotalMinor: null,
  minimumQuantity: null,
  productIds: [],
  collectionIds: [],
  customerGroups: [],
  usageLimit: null,
  usageLimitPerBuyer: null,
  uses: 0,
  usesByBuyer: 0,
  combinable: true,
  startsAt: new Date('2026-01-01'),
  endsAt: null,
  ...more,
});

export const percent = (id: string, basisPoints: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { percentBasisPoints: basisPoints, ...more });
export const off = (id: string, amountMinor: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { kind: 'FIXED_AMOUNT', amountMinor, currency: 'EUR', ...more });
export const sets = (id: string, buyQuantity: number, getQuantity: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { kind: 'BUY_X_GET_Y', buyQuantity, getQuantity, percentBasisPoints: 10_000, ...more });
export const freeShipping = (id: string, more: Partial<DiscountRule> = {}) =>
  rule(id, { kind: 'FREE_SHIPPING', ...more });

export const POST: ShippingRate = {
  methodId: 'ShippingMethod:1',
  name: 'Post',
  price: money(499, 'EUR'),
  taxClass: 'standard',
};

export interface Case {
  readonly lines: readonly (readonly [CheckoutVariant, number])[];
  readonly discounts?: readonly DiscountRule[];
  readonly facts?: Partial<PricingFacts>;
  readonly customer?: Partial<CheckoutCustomer>;
  readonly rate?: ShippingRate | null;
  readonly codes?: readonly string[];
}

/** Prices a case as a cart that goes to Germany. */
export function price({ lines, discounts = [], facts = {}, customer, rate = null, codes }: Case) {
  const ada = { id: 'Customer:1', email: 'ada@example.com', name: null, locale: 'en', taxExempt: false, groups: [] };
  const prepared = prepare({
    request: {
      lines: lines.map(([{ id }, quantity]) => ({ variantId: id, quantity })),
      currency: 'EUR',
      destination: { countryCode: 'DE', postalCode: null, region: null },
      shippingMethodId: rate?.methodId ?? null,
      codes: codes ?? discounts.flatMap(({ code }) => code ?? []),
      buyerId: 'Customer:1',
    },
    facts: { pricesIncludeTax: true, taxRates: DE, discounts, ...facts },
    variants: new Map(lines.map(([one]) => [one.id, one])),
    customer: customer ? { ...ada, ...customer } : null,
    now: NOW,
  });
  return priceCheckout(prepared, rate);
}
