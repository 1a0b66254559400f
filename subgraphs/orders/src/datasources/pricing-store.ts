import type { Database } from '@cartograph/runtime/database/connect';
import type { CheckoutRequest } from '../domain/checkout.ts';
import type { DiscountRule } from '../domain/discount.ts';
import type { PricingFacts } from '../domain/pricing.ts';
import type { TaxRate } from '../domain/tax.ts';
import type { PricingStore } from '../ports.ts';

type RuleRow = Omit<DiscountRule, 'startsAt' | 'endsAt'> & {
  readonly startsAt: string;
  readonly endsAt: string | null;
};

export interface FactsRow {
  readonly pricesIncludeTax: boolean | null;
  readonly taxRates: readonly TaxRate[] | null;
  readonly discounts: readonly RuleRow[] | null;
}

/** More promotions than this at once are a mistake of the shop; the oldest win. */
const MAX_PROMOTIONS = 50;

// By hand: market, taxes and discounts of any number of checkouts in one statement, because placeOrder and every look at
// a cart need them. Conditions are not checked here: the domain decides, so that it can also say why a code fails.
export const FACTS = `
  SELECT m.prices_include_tax AS "pricesIncludeTax", taxes.list AS "taxRates", rules.list AS discounts
  FROM jsonb_to_recordset($1) AS r(position INT, currency TEXT, country TEXT, region TEXT, codes JSONB, buyer TEXT)
  LEFT JOIN market m ON m.currency = r.currency
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('title', t.title, 'taxClass', t.tax_class, 'rateBasisPoints', t.rate_basis_points)
      ORDER BY t.region, t.title) AS list
    FROM tax_rate t
    WHERE t.country_code = coalesce(r.country, m.home_country) AND t.region IN ('', coalesce(r.region, ''))
  ) taxes ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
      'id', d.id, 'title', d.title, 'kind', d.kind, 'code', d.code,
      'percentBasisPoints', d.percent_basis_points, 'amountMinor', d.amount_minor, 'currency', d.currency,
      'buyQuantity', d.buy_quantity, 'getQuantity', d.get_quantity,
      'minimumSubtotalMinor', d.minimum_subtotal_minor, 'minimumQuantity', d.minimum_quantity,
      'productIds', d.product_ids, 'collectionIds', d.collection_ids, 'customerGroups', d.customer_groups,
      'usageLimit', d.usage_limit, 'usageLimitPerBuyer', d.usage_limit_per_buyer, 'uses', d.limited_uses,
      'usesByBuyer', CASE WHEN d.usage_limit_per_buyer IS NULL THEN 0 ELSE (
        SELECT count(*) FROM discount_redemption u WHERE u.discount_id = d.id AND u.buyer_id = r.buyer) END,
      'combinable', d.combinable, 'startsAt', d.starts_at, 'endsAt', d.ends_at)) AS list
    FROM (
      (SELECT a.*, NULL AS code FROM discount a
       WHERE a.automatic AND a.starts_at <= $2 AND (a.ends_at IS NULL OR a.ends_at > $2)
         AND (a.currency IS NULL OR a.currency = r.currency)
       ORDER BY a.starts_at, a.id LIMIT ${MAX_PROMOTIONS})
      UNION ALL
      SELECT b.*, c.code FROM discount_code c JOIN discount b ON b.id = c.discount_id
      WHERE c.code IN (SELECT jsonb_array_elements_text(r.codes))
    ) d
  ) rules ON true
  ORDER BY r.position`;

export const createPricingStore = ({ pool }: Pick<Database, 'pool'>): PricingStore => ({
  async facts(requests, now) {
    const values = [factsAsked(requests), now];
    const { rows } = await pool.query<FactsRow>({ name: 'pricing-facts', text: FACTS, values });
    return rows.map(toFacts);
  },
});

export const factsAsked = (requests: readonly CheckoutRequest[]): string =>
  JSON.stringify(
    requests.map(({ currency, destination, codes, buyerId }, position) => ({
      position,
      currency,
      country: destination?.countryCode ?? null,
      region: destination?.region ?? null,
      codes,
      buyer: buyerId,
    })),
  );

export const toFacts = ({ pricesIncludeTax, taxRates, discounts }: FactsRow): PricingFacts | null =>
  pricesIncludeTax === null
    ? null
    : { pricesIncludeTax, taxRates: taxRates ?? [], discounts: (discounts ?? []).map(toRule) };

const toRule = (row: RuleRow): DiscountRule => ({
  ...row,
  startsAt: new Date(row.startsAt),
  endsAt: row.endsAt === null ? null : new Date(row.endsAt),
});
