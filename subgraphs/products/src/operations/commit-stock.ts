import type { StockAllocation } from '../domain/stock.ts';
import type { Ports } from '../ports.ts';

/** A hold becomes a sale. One that has expired is tried again, and it is null when the goods are gone by then. */
export const commitStock =
  ({ holds }: Ports) =>
  (orderId: string): Promise<readonly StockAllocation[] | null> =>
    holds.commit(orderId);
