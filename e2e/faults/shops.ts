import type { PartName, ProcessPlan } from './world/layout.ts';

const alone = (name: PartName, skewMs = 0): ProcessPlan => ({ parts: [name], ...(skewMs !== 0 && { skewMs }) });

/** How wrong one process's clock is: most of what envelopes between neighbours forgive. */
const SKEW_MS = 20_000;

/** As in production: every part in processes of its own, two where a buyer waits; one orders process has a wrong clock. */
export const WHOLE_SHOP: readonly ProcessPlan[] = [
  alone('customers'),
  alone('products'),
  alone('products'),
  alone('payments'),
  alone('payments'),
  alone('shipping'),
  alone('shipping'),
  alone('orders'),
  alone('orders', SKEW_MS),
  alone('router'),
];

/** The least that has two orders and two payments processes; for machines with two cores and a few minutes. */
export const SMALL_SHOP: readonly ProcessPlan[] = [
  alone('customers'),
  alone('products'),
  alone('payments'),
  alone('payments'),
  alone('shipping'),
  alone('orders'),
  alone('orders', SKEW_MS),
  alone('router'),
];
