export interface Collection {
  readonly id: string;
  readonly handle: string;
  readonly parentId: string | null;
  readonly position: number;
  readonly title: string;
  readonly descriptionHtml: string;
  /** The same without markup. */
  readonly description: string;
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
  readonly imageUrl: string | null;
  readonly imageAlt: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How deep the tree may be; a trigger holds it. */
export const MAX_DEPTH = 10;
