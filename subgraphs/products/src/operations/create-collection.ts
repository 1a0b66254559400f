import { isId } from '@cartograph/kernel/id';
import { type InputIssue, type InvalidInput, invalidInput } from '@cartograph/kernel/refusal';
import { newId } from '@cartograph/runtime/ids';
import type { Collection } from '../domain/collection.ts';
import {
  type CollectionDraft,
  type CollectionWriteOutcome,
  collectionIssues,
  MAX_MEMBERS_PER_CHANGE,
  type Membership,
} from '../domain/collection-draft.ts';
import { toHandle } from '../domain/handle.ts';
import type { Ports } from '../ports.ts';

export type CreateCollectionOutcome =
  | { readonly kind: 'CreateCollectionSuccess'; readonly collection: Collection }
  | InvalidInput;

export const createCollection =
  ({ collections }: Ports) =>
  async (
    input: Omit<CollectionDraft, 'handle'> & { readonly handle: string | null },
    addProducts: readonly Membership[],
  ): Promise<CreateCollectionOutcome> => {
    const draft: CollectionDraft = { ...input, handle: input.handle ?? toHandle(input.title) };
    const issues = [...collectionIssues(draft), ...parentIssues(draft), ...memberIssues('products', addProducts)];
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await collections.create({ ...draft, id: newId('Collection'), addProducts });
    return outcome.kind === 'written'
      ? { kind: 'CreateCollectionSuccess', collection: outcome.collection }
      : invalidInput(refusalIssues(outcome, 'products', addProducts));
  };

const UNKNOWN_PARENT = { path: ['parentId'], message: 'There is no such collection.' };

/** An id of another form names nothing. */
export const parentIssues = ({ parentId }: Partial<CollectionDraft>): readonly InputIssue[] =>
  parentId == null || isId('Collection', parentId) ? [] : [UNKNOWN_PARENT];

export function memberIssues(field: string, members: readonly Membership[]): readonly InputIssue[] {
  const ids = members.map(({ productId }) => productId);
  const issues = unknownProducts(field, members, (id) => !isId('Product', id));
  if (members.length > MAX_MEMBERS_PER_CHANGE)
    return [...issues, { path: [field], message: `There must be at most ${MAX_MEMBERS_PER_CHANGE}.` }];
  if (new Set(ids).size < ids.length) return [...issues, { path: [field], message: 'A product is there twice.' }];
  return issues;
}

const unknownProducts = (field: string, members: readonly Membership[], isUnknown: (id: string) => boolean) =>
  members.flatMap(({ productId }, index) =>
    isUnknown(productId) ? [{ path: [field, `${index}`, 'productId'], message: 'There is no such product.' }] : [],
  );

export function refusalIssues(
  outcome: Exclude<CollectionWriteOutcome, { kind: 'written' }>,
  field: string,
  members: readonly Membership[],
): readonly InputIssue[] {
  switch (outcome.kind) {
    case 'handle-taken':
      return [{ path: ['handle'], message: 'The handle belongs to another collection.' }];
    case 'parent-unknown':
      return [UNKNOWN_PARENT];
    case 'parent-refused':
      return [{ path: ['parentId'], message: 'A collection must not be below itself, and the tree at most 10 deep.' }];
    case 'products-unknown':
      return unknownProducts(field, members, (id) => outcome.ids.includes(id));
  }
}
