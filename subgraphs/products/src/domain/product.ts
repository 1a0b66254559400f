export const PRODUCT_STATUSES = ['ACTIVE', 'DRAFT', 'ARCHIVED'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export interface Product {
  readonly id: string;
  readonly handle: string;
  readonly status: ProductStatus;
  readonly title: string;
  readonly descriptionHtml: string;
  /** The same without markup. */
  readonly description: string;
  readonly vendor: string;
  readonly productType: string;
  readonly tags: readonly string[];
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Something a buyer chooses between. */
export interface ProductOption {
  readonly name: string;
  readonly values: readonly string[];
}

export interface Image {
  readonly id: string;
  readonly url: string;
  readonly alt: string;
  readonly position: number;
  readonly width: number | null;
  readonly height: number | null;
}

export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly filterable: boolean;
}

/** What a product weighs at most, and whether any of its variants is a thing. */
export interface Parcel {
  readonly weightGrams: number;
  readonly requiresShipping: boolean;
}

/** The bounds that the database holds, too. */
export const LIMITS = { variants: 100, images: 100, attributes: 100, tags: 100, options: 5, translations: 50 } as const;
