import type { Money } from '@cartograph/kernel/money';

export interface Variant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly position: number;
  /** The names of the product's options; the nth value is the choice for the nth name. */
  readonly optionNames: readonly string[];
  readonly optionValues: readonly string[];
  readonly barcode: string | null;
  readonly taxClass: string;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
  readonly backorder: boolean;
}

/** A variant as a checkout sees it. */
export interface CheckoutVariant {
  readonly id: string;
  readonly productId: string;
  readonly sku: string;
  readonly productTitle: string;
  readonly title: string;
  readonly imageUrl: string | null;
  /** Null: not sold in this currency. */
  readonly unitPrice: Money | null;
  readonly compareAtPrice: Money | null;
  readonly taxClass: string;
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
  /** Those above in the tree included. */
  readonly collectionIds: readonly string[];
  readonly availableQuantity: number;
  readonly backorder: boolean;
  readonly purchasable: boolean;
}

/** The chosen values in words; a product without options has one variant, which needs no words of its own. */
export const variantTitle = (optionValues: readonly string[]): string => optionValues.join(' / ') || 'Default';
