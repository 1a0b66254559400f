/** What a channel shows of a variant. */
export interface Offer {
  readonly sku: string;
  /** How many can be bought there. */
  readonly quantity: number;
  /** In minor units, in the order of the channel's markets; null where it is not sold. */
  readonly prices: readonly (number | null)[];
}

export type OfferRefusalKind = 'UNKNOWN_SKU' | 'REFUSED';

/** An offer that a channel does not show as it should, until it does. */
export interface OfferRefusal {
  readonly channel: string;
  readonly variantId: string;
  readonly kind: OfferRefusalKind;
  readonly message: string;
  readonly refusedAt: Date;
}

/** What became of telling one offer. */
export type OfferOutcome =
  | { readonly kind: 'shown' }
  /** It was handed over with others, and is asked after. */
  | { readonly kind: 'handed over' }
  /** The channel sells nothing by this SKU. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may be shown or not. */
  | { readonly kind: 'unanswered'; readonly reason: string };
