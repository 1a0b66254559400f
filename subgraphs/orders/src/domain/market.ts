/** The countries where one currency is used, and how its prices are meant. */
export interface Market {
  readonly name: string;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly homeCountry: string;
  readonly countries: readonly string[];
}

/** The currency of a new cart: the one that was asked for, else that of the country, else the only one there is. */
export function chooseMarket(
  markets: readonly Market[],
  currency: string | null,
  country: string | null,
): Market | undefined {
  if (currency) return markets.find((market) => market.currency === currency);
  if (country) return markets.find(({ countries }) => countries.includes(country)) ?? onlyOne(markets);
  return onlyOne(markets);
}

const onlyOne = (markets: readonly Market[]): Market | undefined => (markets.length === 1 ? markets[0] : undefined);
