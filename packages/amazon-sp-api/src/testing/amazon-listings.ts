import type { Call } from '@cartograph/contract-server/check';
import type { Handler } from '@cartograph/contract-server/server';
import { amazonError } from './amazon-limits.ts';

type Instance = Readonly<Record<string, unknown>>;

export interface AmazonPatch {
  readonly op: 'add' | 'replace' | 'merge' | 'delete';
  readonly path: string;
  readonly value?: readonly Instance[];
}

export interface AmazonIssue {
  readonly code: string;
  readonly message: string;
  readonly severity: 'ERROR' | 'WARNING';
  readonly attributeNames: readonly string[];
}

interface Listing {
  readonly productType: string;
  readonly marketplaceIds: readonly string[];
  /** Each attribute is a list; its selectors tell which instance is which. */
  readonly attributes: Map<string, Instance[]>;
}

const SELECTORS: Readonly<Record<string, readonly string[]>> = {
  fulfillment_availability: ['fulfillment_channel_code'],
  purchasable_offer: ['marketplace_id', 'currency', 'audience'],
};
const AT = '2026-11-01T09:00:00Z';

/** What a seller has listed: one item per SKU, whose attributes are patched. */
export function createAmazonListings() {
  const listings = new Map<string, Listing>();
  /** What Amazon makes of a patch for a SKU that nobody listed: accepted, and an offer of nothing. */
  const stubs = new Set<string>();
  const refusals = new Map<string, AmazonIssue>();

  function patch(sku: string, productType: string, patches: readonly AmazonPatch[]): readonly AmazonIssue[] {
    const issues = problemsOf(listings.get(sku), productType, patches);
    const refusal = refusals.get(sku);
    if (refusal) issues.push(refusal);
    if (issues.length > 0) return issues;
    const listing = listings.get(sku);
    if (!listing) stubs.add(sku);
    else for (const one of patches) apply(listing.attributes, one);
    return [];
  }

  function itemOf(sku: string, marketplaceIds: readonly string[]) {
    const listing = listings.get(sku);
    const seen = listing?.marketplaceIds.filter((id) => marketplaceIds.includes(id)) ?? [];
    if (!listing || seen.length === 0) return null;
    const { productType } = listing;
    const summary = { productType, status: ['BUYABLE'], createdDate: AT, lastUpdatedDate: AT };
    return {
      sku,
      summaries: seen.map((marketplaceId) => ({ marketplaceId, ...summary })),
      attributes: Object.fromEntries(listing.attributes),
    };
  }

  const answers: Readonly<Record<string, Handler>> = {
    getListingsItem({ params, query }) {
      const { sku = '' } = params;
      const ids = query.marketplaceIds as string[];
      const item = itemOf(sku, ids);
      return item
        ? { status: 200, body: item }
        : amazonError(404, 'NOT_FOUND', `SKU '${sku}' not found in marketplace ${ids.join(', ')}`);
    },
    searchListingsItems({ query }) {
      const { identifiers = [...listings.keys()], identifiersType = 'SKU', marketplaceIds } = query;
      if (identifiersType !== 'SKU') return amazonError(400, 'InvalidInput', 'Only SKUs are known here.');
      const items = (identifiers as string[]).flatMap((sku) => itemOf(sku, marketplaceIds as string[]) ?? []);
      const page = items.slice(0, Number(query.pageSize ?? 10));
      return { status: 200, body: { numberOfResults: items.length, items: page } };
    },
    patchListingsItem({ params, body }: Call) {
      const { sku = '' } = params;
      const issues = patch(sku, body.productType, body.patches);
      const status = issues.length > 0 ? 'INVALID' : 'ACCEPTED';
      const said = issues.map((issue) => ({ ...issue, categories: ['INVALID_ATTRIBUTE'] }));
      return { status: 200, body: { sku, status, submissionId: `submission-of-${sku}`, issues: said } };
    },
  };

  return {
    ...{ answers, patch, stubs: stubs as ReadonlySet<string> },
    list(sku: string, { productType = 'SHIRT', marketplaceIds = ['A1PA6795UKMFR9'] } = {}): void {
      listings.set(sku, { productType, marketplaceIds, attributes: new Map() });
    },
    unlist: (sku: string): boolean => listings.delete(sku),
    /** Has whatever is said of this SKU refused, or takes it again. */
    refuse: (sku: string, message: string): void =>
      void refusals.set(sku, { code: '90220', message, severity: 'ERROR', attributeNames: ['purchasable_offer'] }),
    take: (sku: string): boolean => refusals.delete(sku),
    attributes: (sku: string): Readonly<Record<string, readonly Instance[]>> =>
      Object.fromEntries(listings.get(sku)?.attributes ?? []),
    /** Somebody changes an attribute over there. */
    setAttribute: (sku: string, name: string, instances: readonly Instance[]): void =>
      void listings.get(sku)?.attributes.set(name, [...instances]),
    /** What buyers see of it: how many there are, and what it costs in each marketplace. */
    shown(sku: string) {
      const attributes = listings.get(sku)?.attributes;
      const [availability] = attributes?.get('fulfillment_availability') ?? [];
      const offers = (attributes?.get('purchasable_offer') ?? []) as readonly unknown[] as readonly Offer[];
      const prices = offers.map(({ marketplace_id, currency, our_price }) => [
        marketplace_id,
        `${our_price[0]?.schedule[0]?.value_with_tax} ${currency}`,
      ]);
      return { quantity: availability?.quantity as number | undefined, prices: Object.fromEntries(prices) };
    },
  };
}

export type AmazonListings = ReturnType<typeof createAmazonListings>;

interface Offer {
  readonly marketplace_id: string;
  readonly currency: string;
  readonly our_price: readonly { readonly schedule: readonly { readonly value_with_tax: number }[] }[];
}

function problemsOf(listing: Listing | undefined, productType: string, patches: readonly AmazonPatch[]): AmazonIssue[] {
  const issue = (code: string, message: string, attribute: string): AmazonIssue => ({
    ...{ code, message, severity: 'ERROR', attributeNames: [attribute] },
  });
  const issues: AmazonIssue[] = [];
  if (listing && productType !== listing.productType && productType !== 'PRODUCT')
    issues.push(issue('4000003', 'The Amazon product type specified is invalid or not supported.', 'productType'));
  for (const { path, op, value = [] } of patches) {
    const name = nameOf(path);
    if (!SELECTORS[name]) issues.push(issue('4000001', `The attribute ${name} is not known here.`, name));
    for (const instance of op === 'delete' ? [] : value) {
      const { quantity, our_price: prices } = instance as { quantity?: unknown; our_price?: Offer['our_price'] };
      if (name === 'fulfillment_availability' && !(Number.isInteger(quantity) && Number(quantity) >= 0))
        issues.push(issue('90225', `The quantity ${quantity} is no whole number from 0.`, name));
      const price = prices?.[0]?.schedule[0]?.value_with_tax;
      if (name === 'purchasable_offer' && !(Number(price) > 0))
        issues.push(issue('90226', `The price ${price} is not above 0.`, name));
    }
  }
  return issues;
}

const nameOf = (path: string): string => path.replace(/^\/attributes\//, '');

/** A replaced instance loses what the new one does not say; a merged one keeps it. */
function apply(attributes: Map<string, Instance[]>, { op, path, value = [] }: AmazonPatch): void {
  const name = nameOf(path);
  const isSame = (one: Instance, other: Instance) =>
    (SELECTORS[name] ?? []).every((selector) => other[selector] === undefined || one[selector] === other[selector]);
  let instances = attributes.get(name) ?? [];
  for (const given of value) {
    const earlier = instances.find((one) => isSame(one, given));
    instances = instances.filter((one) => one !== earlier);
    if (op !== 'delete') instances.push(op === 'merge' ? { ...earlier, ...given } : given);
  }
  attributes.set(name, instances);
}
