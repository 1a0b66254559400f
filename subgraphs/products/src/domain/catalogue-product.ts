import type { ProductDraft, VariantDraft } from './product-draft.ts';

/** What a warehouse has of a variant, for comparing it with a file. */
export interface CatalogueStock {
  readonly warehouseId: string;
  readonly onHand: number;
  readonly held: number;
}

export interface CatalogueVariant extends VariantDraft {
  readonly id: string;
  readonly stock: readonly CatalogueStock[];
}

/** A product with everything that a file can say of it. */
export interface CatalogueProduct extends Omit<ProductDraft, 'variants'> {
  readonly id: string;
  readonly variants: readonly CatalogueVariant[];
}

/** Everything that decides what columns a file of the whole catalogue needs. */
export interface CatalogueOutline {
  readonly warehouses: readonly { readonly id: string; readonly name: string }[];
  readonly priceLists: readonly { readonly currency: string; readonly country: string | null }[];
  readonly locales: readonly string[];
  readonly attributes: readonly { readonly key: string; readonly filterable: boolean }[];
  /** The most options that one product has. */
  readonly options: number;
  readonly products: number;
}
