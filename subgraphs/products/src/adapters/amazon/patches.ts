import type { Marketplace } from '@cartograph/amazon-sp-api/settings';
import { money, toDecimal } from '@cartograph/kernel/money';
import type { Offer } from '../../domain/offer.ts';
import type { Listing } from './listings.ts';

/** What Amazon is told of one listing. */
export interface ListingChange {
  readonly sku: string;
  readonly productType: string;
  readonly marketplaceIds: readonly string[];
  readonly patches: readonly object[];
}

/** How a listing is to be. Merged, so that what else is said of it stays: lead times, sale prices, lowest prices. */
export function toChange(
  { sku, quantity, prices }: Offer,
  { productType, marketplaceIds, isFulfilledByAmazon, offered }: Listing,
  marketplaces: readonly Marketplace[],
): ListingChange {
  const patch = (op: 'merge' | 'delete', attribute: string, value: readonly object[]) =>
    value.length > 0 ? [{ op, path: `/attributes/${attribute}`, value }] : [];
  const sold: object[] = [];
  const notSold: object[] = [];
  for (const [index, { id, currency }] of marketplaces.entries()) {
    if (!marketplaceIds.includes(id)) continue;
    const minor = prices[index] ?? null;
    const offer = { marketplace_id: id, currency, audience: 'ALL' };
    if (minor !== null)
      sold.push({
        ...offer,
        our_price: [{ schedule: [{ value_with_tax: Number(toDecimal(money(minor, currency))) }] }],
      });
    // Without a price of ours nobody may buy it there at an old one.
    else if (offered.has(id)) notSold.push(offer);
  }
  const availability = { fulfillment_channel_code: 'DEFAULT', quantity };
  const patches = [
    ...patch('merge', 'fulfillment_availability', isFulfilledByAmazon ? [] : [availability]),
    ...patch('merge', 'purchasable_offer', sold),
    ...patch('delete', 'purchasable_offer', notSold),
  ];
  return { sku, productType, marketplaceIds, patches };
}
