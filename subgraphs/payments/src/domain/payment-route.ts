/** Which provider gets the new payments of a currency and a buyer's country; null stands for any. */
export interface PaymentRoute {
  readonly currency: string | null;
  readonly country: string | null;
  readonly provider: string;
}

/** The first route that fits; a route for one country never takes a payment whose country nobody knows. */
export const routeOf = (
  routes: readonly PaymentRoute[],
  currency: string,
  country: string | null,
): PaymentRoute | undefined =>
  routes.find(
    (route) =>
      (route.currency === null || route.currency === currency) && (route.country === null || route.country === country),
  );
