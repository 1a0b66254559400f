import type { PriceList } from '../domain/price.ts';
import type { Ports } from '../ports.ts';

export const listPriceLists =
  ({ prices }: Ports) =>
  (): Promise<readonly PriceList[]> =>
    prices.lists();
