import { money } from '@cartograph/kernel/money';
import type pg from 'pg';
import type { MethodKind } from '../domain/method.ts';
import type { Offer } from '../domain/quote.ts';
import type { RateStore } from '../ports.ts';

interface Row {
  readonly n: number;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: MethodKind;
  readonly carrier: string | null;
  readonly carrierService: string | null;
  readonly carrierPrices: boolean;
  readonly taxClass: string;
  readonly active: boolean;
  readonly minDays: number;
  readonly maxDays: number;
  readonly currency: string;
  readonly freeFrom: number | null;
  readonly price: number;
}

/** The zone of an address: the longest postal prefix, then a region, then the country, then all countries. */
export const zoneOf = (country: string, region: string, postalCode: string): string => `
  SELECT a.zone_id FROM zone_areas a
  WHERE a.country_code IN (${country}, '*')
    AND (a.region IS NULL OR a.region = ${region})
    AND (a.postal_prefix IS NULL OR starts_with(${postalCode}, a.postal_prefix))
  ORDER BY a.country_code = '*', length(a.postal_prefix) DESC NULLS LAST, a.region IS NULL LIMIT 1`;

// Checkout waits for it and lists of carts ask it by the dozen: one statement for any number of asks.
const OFFERS = `
  SELECT ask.n, m.id, m.name, m.description, m.kind, m.carrier, m.carrier_service AS "carrierService",
    m.carrier_prices AS "carrierPrices",
    m.tax_class AS "taxClass", m.active, mz.min_days AS "minDays", mz.max_days AS "maxDays",
    t.currency, t.free_from_minor AS "freeFrom", r.price_minor AS price
  FROM jsonb_to_recordset($1::jsonb) AS ask
    (n INT, country TEXT, region TEXT, "postalCode" TEXT, grams INT, currency TEXT, "methodId" TEXT)
  CROSS JOIN LATERAL (${zoneOf('ask.country', 'ask.region', 'ask."postalCode"')}) zone
  JOIN method_zones mz ON mz.zone_id = zone.zone_id AND (ask."methodId" IS NULL OR mz.method_id = ask."methodId")
  JOIN methods m ON m.id = mz.method_id AND m.active
  JOIN rate_tables t ON t.method_id = mz.method_id AND t.zone_id = mz.zone_id
    AND (ask.currency IS NULL OR t.currency = ask.currency)
  CROSS JOIN LATERAL (
    SELECT price_minor FROM rates
    WHERE method_id = t.method_id AND zone_id = t.zone_id AND currency = t.currency AND up_to_grams >= ask.grams
    ORDER BY up_to_grams LIMIT 1) r`;

export const createRateStore = (pool: pg.Pool): RateStore => ({
  async offers(asks) {
    const given = asks.map(({ destination, weightGrams, currency, methodId }, n) => ({
      n,
      country: destination.countryCode,
      region: destination.region,
      postalCode: destination.postalCode,
      grams: weightGrams,
      currency,
      methodId,
    }));
    const { rows } = await pool.query<Row>(OFFERS, [JSON.stringify(given)]);
    const offers: Offer[][] = asks.map(() => []);
    for (const row of rows) offers[row.n]?.push(toOffer(row));
    return offers;
  },
});

function toOffer({ n: _n, minDays, maxDays, currency, freeFrom, price, ...method }: Row): Offer {
  return {
    method,
    price: money(price, currency),
    freeFrom: freeFrom === null ? null : money(freeFrom, currency),
    minDays,
    maxDays,
  };
}
