import type { Market } from '../domain/market.ts';
import type { Ports } from '../ports.ts';

export const listMarkets =
  ({ discounts }: Pick<Ports, 'discounts'>) =>
  (): Promise<readonly Market[]> =>
    discounts.markets();
