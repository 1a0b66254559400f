import { add, type Money, money, subtract, sum, zero } from '@cartograph/kernel/money';
import type {
  AppliedDiscount,
  CartPricing,
  CheckoutCustomer,
  CheckoutRequest,
  CheckoutVariant,
  DiscountShare,
  PricedLine,
  PricedShipping,
  RefusedCode,
  ShippingRate,
} from './checkout.ts';
import { type DiscountRule, inWords, normalizeCode, problemOf } from './discount.ts';
import { bestDiscounts, type Cut } from './discounting.ts';
import { requiresShipping, type SellableLine, shippedWeight, sortLines } from './sellable.ts';
import { addTaxLines, includedTax, ratesFor, type TaxRate, taxOn, taxTotal } from './tax.ts';

/** What our own tables say about one checkout. */
export interface PricingFacts {
  readonly pricesIncludeTax: boolean;
  /** All taxes due at the destination. */
  readonly taxRates: readonly TaxRate[];
  /** Running promotions, and whatever the codes name, running or not. */
  readonly discounts: readonly DiscountRule[];
}

export interface PricingInput {
  readonly request: CheckoutRequest;
  readonly facts: PricingFacts;
  readonly variants: ReadonlyMap<string, CheckoutVariant>;
  readonly customer: CheckoutCustomer | null;
  readonly now: Date;
}

/** A checkout whose goods are known and whose shipping is still to be asked for. */
export interface Prepared {
  readonly input: PricingInput;
  readonly lines: readonly SellableLine[];
  readonly unavailable: CartPricing['unavailable'];
  readonly taxRates: readonly TaxRate[];
  readonly pricesIncludeTax: boolean;
  readonly subtotal: Money;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
}

/** First half: what the goods are worth and weigh, which shipping needs to know. */
export function prepare(input: PricingInput): Prepared {
  const { request, facts, variants, customer } = input;
  const exempt = customer?.taxExempt ?? false;
  const prices = exempt && facts.pricesIncludeTax ? withoutTax(variants, facts.taxRates) : variants;
  const { sellable, unavailable } = sortLines(request.lines, prices);
  return {
    input,
    lines: sellable,
    unavailable,
    // Who is exempt buys at prices without tax, and none is added.
    taxRates: exempt ? [] : facts.taxRates,
    pricesIncludeTax: facts.pricesIncludeTax && !exempt,
    subtotal: sum(
      sellable.map((line) => line.subtotal),
      request.currency,
    ),
    weightGrams: shippedWeight(sellable),
    requiresShipping: requiresShipping(sellable),
  };
}

/** Second half: discounts, tax and totals. `rate` is null while no method is chosen, or it does not deliver there. */
export function priceCheckout(prepared: Prepared, rate: ShippingRate | null): CartPricing {
  const { input, lines } = prepared;
  const shippingPrice = rate && netShipping(prepared, rate);
  const { counting, refused, uncombined } = chooseDiscounts(prepared, shippingPrice);
  const priced = lines.map((line, index) => priceLine(prepared, line, sharesOf(counting, line, index)));
  const shipping = rate && shippingPrice && priceShipping(prepared, rate, shippingPrice, counting);
  return {
    checkout: { ...totals(prepared, priced, shipping, counting), customer: input.customer },
    unavailable: prepared.unavailable,
    refusedCodes: refused,
    uncombinedCodes: uncombined,
    shippingUnavailable:
      prepared.requiresShipping &&
      input.request.shippingMethodId !== null &&
      input.request.destination !== null &&
      !rate,
  };
}

function withoutTax(variants: ReadonlyMap<string, CheckoutVariant>, rates: readonly TaxRate[]) {
  const net = (price: Money | null, taxClass: string): Money | null =>
    price && subtract(price, includedTax(price, ratesFor(rates, taxClass)));
  return new Map(
    [...variants].map(([id, variant]) => [
      id,
      {
        ...variant,
        unitPrice: net(variant.unitPrice, variant.taxClass),
        compareAtPrice: net(variant.compareAtPrice, variant.taxClass),
      },
    ]),
  );
}

function netShipping({ input, pricesIncludeTax }: Prepared, { price, taxClass }: ShippingRate): Money {
  const taxed = !input.facts.pricesIncludeTax || pricesIncludeTax;
  return taxed ? price : subtract(price, includedTax(price, ratesFor(input.facts.taxRates, taxClass)));
}

function chooseDiscounts({ input, lines }: Prepared, shipping: Money | null) {
  const { request, facts, customer, now } = input;
  const groups = customer?.groups ?? [];
  const situation = { currency: request.currency, customerGroups: groups, now, lines };
  const refused: RefusedCode[] = [];
  const uncombined: string[] = [];
  const eligible = new Map<string, DiscountRule>();
  for (const rule of facts.discounts.filter(({ code }) => code === null))
    if (problemOf(rule, situation) === null) eligible.set(rule.id, rule);
  for (const code of new Set(request.codes.map(normalizeCode))) {
    const rule = facts.discounts.find((one) => one.code === code);
    const reason = rule ? problemOf(rule, situation) : 'UNKNOWN';
    if (reason) refused.push({ code, reason, message: inWords(code, reason) });
    // Two codes of one discount count once.
    else if (rule && eligible.has(rule.id)) uncombined.push(code);
    else if (rule) eligible.set(rule.id, rule);
  }
  const counting = bestDiscounts([...eligible.values()], lines, shipping);
  for (const { id, code } of eligible.values())
    if (code !== null && !counting.some(({ rule }) => rule.id === id)) uncombined.push(code);
  return { counting, refused, uncombined };
}

const shareOf = ({ rule }: Cut, minor: number, currency: string): DiscountShare => ({
  discountId: rule.id,
  title: rule.title,
  code: rule.code,
  amount: money(minor, currency),
});

const sharesOf = (cuts: readonly Cut[], line: SellableLine, index: number): readonly DiscountShare[] =>
  cuts
    .filter((cut) => (cut.lines[index] ?? 0) > 0)
    .map((cut) => shareOf(cut, cut.lines[index] ?? 0, line.unitPrice.currency));

const sharesTotal = (shares: readonly DiscountShare[], currency: string): Money =>
  sum(
    shares.map(({ amount }) => amount),
    currency,
  );

function taxed(prepared: Prepared, net: Money, taxClass: string) {
  const taxLines = taxOn(net, ratesFor(prepared.taxRates, taxClass), prepared.pricesIncludeTax);
  const tax = taxTotal(taxLines, net.currency);
  return { taxLines, taxTotal: tax, total: prepared.pricesIncludeTax ? net : add(net, tax) };
}

function priceLine(prepared: Prepared, line: SellableLine, discounts: readonly DiscountShare[]): PricedLine {
  const discountTotal = sharesTotal(discounts, line.subtotal.currency);
  const net = subtract(line.subtotal, discountTotal);
  return { ...line, discounts, discountTotal, ...taxed(prepared, net, line.variant.taxClass) };
}

function priceShipping(
  prepared: Prepared,
  { methodId, name, taxClass }: ShippingRate,
  price: Money,
  cuts: readonly Cut[],
): PricedShipping {
  const discounts = cuts
    .filter(({ shipping }) => shipping > 0)
    .map((cut) => shareOf(cut, cut.shipping, price.currency));
  const discountTotal = sharesTotal(discounts, price.currency);
  const tax = taxed(prepared, subtract(price, discountTotal), taxClass);
  return { methodId, name, price, discounts, discountTotal, ...tax };
}

function appliedDiscounts(cuts: readonly Cut[], currency: string): readonly AppliedDiscount[] {
  return cuts
    .map((cut) => ({
      ...shareOf(
        cut,
        cut.lines.reduce((a, b) => a + b, cut.shipping),
        currency,
      ),
      kind: cut.rule.kind,
    }))
    .filter(({ amount }) => amount.minor > 0);
}

function totals(
  prepared: Prepared,
  lines: readonly PricedLine[],
  shipping: PricedShipping | null,
  counting: readonly Cut[],
) {
  const { currency } = prepared.input.request;
  const parts = shipping ? [...lines, shipping] : lines;
  const taxLines = addTaxLines(
    parts.flatMap((part) => part.taxLines),
    currency,
  );
  return {
    currency,
    pricesIncludeTax: prepared.pricesIncludeTax,
    lines,
    shipping,
    discounts: appliedDiscounts(counting, currency),
    subtotal: prepared.subtotal,
    discountTotal: parts.reduce((all, part) => add(all, part.discountTotal), zero(currency)),
    shippingTotal: shipping?.price ?? null,
    taxLines,
    taxTotal: taxTotal(taxLines, currency),
    total: parts.reduce((all, part) => add(all, part.total), zero(currency)),
    weightGrams: prepared.weightGrams,
    requiresShipping: prepared.requiresShipping,
  };
}
