import { type PaymentRoute, routeOf } from '../domain/payment-route.ts';
import type { PaymentProvider, PaymentProviders } from '../ports/payment-provider.ts';

/** The connected providers, and which of them new payments go to: by route, else to the first. */
export function createProviders(
  all: readonly PaymentProvider[],
  routes: readonly PaymentRoute[] = [],
): PaymentProviders {
  const [first] = all;
  if (!first) throw new Error('no payment provider is connected');
  const byName = new Map(all.map((provider) => [provider.name, provider]));
  function named(name: string | null): PaymentProvider {
    const found = byName.get(name ?? '');
    if (found) return found;
    // Never another one: it knows nothing of the payment, and would charge a second time.
    throw new Error(`The payment provider "${name}" has this, and is not connected: add it to PAYMENT_PROVIDERS.`);
  }
  return {
    all,
    named,
    forNew: (currency, country) => {
      const route = routeOf(routes, currency, country);
      return route ? named(route.provider) : first;
    },
  };
}
