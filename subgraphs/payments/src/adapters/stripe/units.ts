import { createMinorUnits } from '../minor-units.ts';

/** Stripe keeps two digits for some currencies that have none, and none for one that has two. */
export const stripeUnits = createMinorUnits({ ISK: 2, UGX: 2, MGA: 0 });
