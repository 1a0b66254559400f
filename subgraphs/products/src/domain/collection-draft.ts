import type { InputIssue } from '@cartograph/kernel/refusal';
import type { Collection } from './collection.ts';
import { isHandle } from './handle.ts';
import { isWebAddress, type ProductDraft, translationIssues } from './product-draft.ts';
import { textIssues } from './text-issues.ts';

export interface Membership {
  readonly productId: string;
  readonly position: number;
}

export interface CollectionDraft {
  readonly handle: string;
  readonly title: string;
  readonly descriptionHtml: string;
  readonly seoTitle: string | null;
  readonly seoDescription: string | null;
  readonly imageUrl: string | null;
  readonly imageAlt: string;
  readonly parentId: string | null;
  readonly position: number;
  readonly translations: ProductDraft['translations'];
}

export interface NewCollection extends CollectionDraft {
  readonly id: string;
  readonly addProducts: readonly Membership[];
}

export interface CollectionChange {
  readonly id: string;
  readonly version: number;
  readonly draft: Partial<CollectionDraft>;
  readonly addProducts: readonly Membership[];
  readonly removeProductIds: readonly string[];
}

export type CollectionWriteOutcome =
  | { readonly kind: 'written'; readonly collection: Collection }
  | { readonly kind: 'handle-taken' }
  | { readonly kind: 'parent-unknown' }
  /** The tree would have a circle or be too deep. */
  | { readonly kind: 'parent-refused' }
  | { readonly kind: 'products-unknown'; readonly ids: readonly string[] };

export const MAX_MEMBERS_PER_CHANGE = 250;

/** Everything about a draft that the shop would refuse; of an update, the parts that are given. */
export function collectionIssues(draft: Partial<CollectionDraft>): readonly InputIssue[] {
  const issues: InputIssue[] = [];
  if (draft.handle !== undefined && !isHandle(draft.handle))
    issues.push({ path: ['handle'], message: 'A handle has small letters, digits and hyphens, at most 255.' });
  if (draft.title !== undefined) issues.push(...textIssues('title', draft.title, 255));
  for (const field of ['seoTitle', 'seoDescription', 'imageAlt'] as const) {
    const text = draft[field];
    if (text) issues.push(...textIssues(field, text, 1000));
  }
  if (draft.imageUrl && !isWebAddress(draft.imageUrl))
    issues.push({ path: ['imageUrl'], message: 'It must be an address that begins with https://.' });
  const { position } = draft;
  if (position !== undefined && (!Number.isInteger(position) || position < 0))
    issues.push({ path: ['position'], message: 'It must be 0 or more.' });
  issues.push(...translationIssues(draft.translations ?? []));
  return issues;
}
