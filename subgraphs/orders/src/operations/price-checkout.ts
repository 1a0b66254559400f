import { badInput } from '@cartograph/kernel/errors';
import type {
  CartPricing,
  CheckoutCustomer,
  CheckoutOutcome,
  CheckoutRequest,
  CheckoutVariant,
} from '../domain/checkout.ts';
import { addressRefusal } from '../domain/destination.ts';
import { type Prepared, type PricingFacts, prepare, priceCheckout as priceWithShipping } from '../domain/pricing.ts';
import type { Ports } from '../ports.ts';

export type PricingPorts = Pick<Ports, 'products' | 'shipping' | 'customers' | 'pricing' | 'clock'>;

/** Prices an order: whole, or a refusal that says what is in the way. `known`: what was looked up already. */
export const priceCheckout =
  (ports: PricingPorts) =>
  async (request: CheckoutRequest, known?: PricingFacts | null): Promise<CheckoutOutcome> => {
    const [pricing] = await priceCheckouts(ports)([request], known === undefined ? undefined : [known]);
    if (!pricing) throw new Error('a request was not priced');
    return toOutcome(request, pricing);
  };

/** Prices any number of carts with one SQL statement and one call per neighbour and currency, as far as they go. */
export const priceCheckouts =
  (ports: PricingPorts) =>
  async (
    requests: readonly CheckoutRequest[],
    known?: readonly (PricingFacts | null)[],
  ): Promise<readonly CartPricing[]> => {
    if (requests.length === 0) return [];
    const now = ports.clock();
    const [facts, variants, customers] = await Promise.all([
      known ?? ports.pricing.facts(requests, now),
      fetchVariants(ports, requests),
      fetchCustomers(ports, requests),
    ]);
    const prepared = requests.map((request, index) => {
      const found = facts[index];
      if (!found)
        throw badInput(`This shop does not sell in ${request.currency}. Ask for "markets" to see where it does.`);
      return prepare({
        request,
        facts: found,
        variants: variants.get(request.currency) ?? new Map<string, CheckoutVariant>(),
        customer: customers.get(request.buyerId) ?? null,
        now,
      });
    });
    const rates = await fetchRates(ports, prepared);
    return prepared.map((one) => priceWithShipping(one, rates.get(one) ?? null));
  };

async function fetchVariants({ products }: PricingPorts, requests: readonly CheckoutRequest[]) {
  const wanted = new Map<string, Set<string>>();
  for (const { currency, lines } of requests) {
    const ids = wanted.get(currency) ?? new Set();
    for (const { variantId } of lines) ids.add(variantId);
    wanted.set(currency, ids);
  }
  const found = await Promise.all(
    [...wanted].map(async ([currency, ids]) => {
      const variants = ids.size === 0 ? [] : await products.checkoutVariants([...ids], currency);
      return [currency, new Map(variants.map((variant) => [variant.id, variant]))] as const;
    }),
  );
  return new Map(found);
}

async function fetchCustomers({ customers }: PricingPorts, requests: readonly CheckoutRequest[]) {
  // Guests are nobody's customers: nothing is known about them.
  const ids = [...new Set(requests.map(({ buyerId }) => buyerId))].filter((id) => id.startsWith('Customer:'));
  const found: readonly CheckoutCustomer[] = ids.length === 0 ? [] : await customers.checkoutCustomers(ids);
  return new Map(found.map((customer) => [customer.id, customer]));
}

async function fetchRates({ shipping }: PricingPorts, prepared: readonly Prepared[]) {
  const asked = prepared.flatMap((one) => {
    const { shippingMethodId: methodId, destination } = one.input.request;
    if (!one.requiresShipping || !methodId || !destination) return [];
    return [{ one, request: { methodId, destination, weightGrams: one.weightGrams, subtotal: one.subtotal } }];
  });
  const rates = asked.length === 0 ? [] : await shipping.shippingRates(asked.map(({ request }) => request));
  return new Map(asked.map(({ one }, index) => [one, rates[index] ?? null]));
}

function toOutcome(request: CheckoutRequest, pricing: CartPricing): CheckoutOutcome {
  const { checkout, unavailable, refusedCodes } = pricing;
  if (unavailable.length > 0) return { kind: 'VariantUnavailable', variants: unavailable };
  const refusal = addressRefusal(request.destination, checkout.requiresShipping);
  if (refusal) return refusal;
  if (refusedCodes.length > 0) return { kind: 'DiscountInvalid', codes: refusedCodes };
  const methodId = request.shippingMethodId;
  if (checkout.requiresShipping && !checkout.shipping) {
    const message = methodId
      ? 'This shipping method does not deliver these goods there. Choose another.'
      : 'Choose a shipping method.';
    return { kind: 'ShippingUnavailable', message };
  }
  return { kind: 'Priced', checkout };
}
