import { type AmazonClient, AmazonRefusal } from '@cartograph/amazon-sp-api/client';
import type { AmazonSettings } from '@cartograph/amazon-sp-api/settings';
import { inTurn } from './in-turn.ts';

export type Seller = Pick<AmazonSettings, 'sellerId' | 'marketplaces'>;

/** What Amazon has by one SKU. */
export interface Listing {
  readonly productType: string;
  /** Where it is listed, of the marketplaces that we sell in. */
  readonly marketplaceIds: readonly string[];
  /** Goods in Amazon's own warehouse are counted there. */
  readonly isFulfilledByAmazon: boolean;
  /** The marketplaces where it has an offer. */
  readonly offered: ReadonlySet<string>;
}

interface Item {
  readonly sku: string;
  readonly summaries?: readonly { readonly marketplaceId: string; readonly productType: string }[];
  readonly attributes?: {
    readonly fulfillment_availability?: readonly { readonly fulfillment_channel_code?: string }[];
    readonly purchasable_offer?: readonly { readonly marketplace_id?: string }[];
  };
}

/** The most SKUs of one question. */
const SKUS = 20;
const INCLUDED = ['summaries', 'attributes'];

/** Those of the SKUs that are listed. */
export async function findListings(
  client: AmazonClient,
  { sellerId, marketplaces }: Seller,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Listing>> {
  const query = { marketplaceIds: marketplaces.map(({ id }) => id), includedData: INCLUDED };

  async function search(identifiers: readonly string[]): Promise<readonly Item[]> {
    const { items } = await client.ask('searchListingsItems', {
      path: { sellerId },
      query: { ...query, identifiers, identifiersType: 'SKU', pageSize: `${SKUS}` },
    });
    return items;
  }

  /** In a list a comma would end the SKU. */
  async function get(sku: string): Promise<readonly Item[]> {
    try {
      return [await client.ask('getListingsItem', { path: { sellerId, sku }, query })];
    } catch (error) {
      if (error instanceof AmazonRefusal && error.status === 404) return [];
      throw error;
    }
  }

  const plain = skus.filter((sku) => !sku.includes(','));
  const found = [
    ...(await inTurn(inPages(plain, SKUS), search)),
    ...(await inTurn(
      skus.filter((sku) => sku.includes(',')),
      get,
    )),
  ].flat();
  return new Map(found.map((item) => [item.sku, toListing(item)]));
}

function inPages<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, page) => all.slice(page * size, (page + 1) * size));
}

function toListing({ summaries = [], attributes = {} }: Item): Listing {
  const { fulfillment_availability: availability = [], purchasable_offer: offers = [] } = attributes;
  const codes = availability.map(({ fulfillment_channel_code: code = '' }) => code);
  return {
    productType: summaries[0]?.productType ?? 'PRODUCT',
    marketplaceIds: summaries.map(({ marketplaceId }) => marketplaceId),
    isFulfilledByAmazon: codes.some((code) => code.startsWith('AMAZON_')) && !codes.includes('DEFAULT'),
    offered: new Set(offers.map(({ marketplace_id: id = '' }) => id)),
  };
}
