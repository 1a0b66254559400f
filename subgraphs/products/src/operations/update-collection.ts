import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Collection } from '../domain/collection.ts';
import { type CollectionChange, collectionIssues, MAX_MEMBERS_PER_CHANGE } from '../domain/collection-draft.ts';
import type { Ports } from '../ports.ts';
import { memberIssues, parentIssues, refusalIssues } from './create-collection.ts';

export type UpdateCollectionOutcome =
  | { readonly kind: 'UpdateCollectionSuccess'; readonly collection: Collection }
  | NotFound
  | InvalidInput;

export const updateCollection =
  ({ collections }: Ports) =>
  async (change: CollectionChange): Promise<UpdateCollectionOutcome> => {
    const { id, draft, addProducts, removeProductIds } = change;
    if (!isId('Collection', id)) return notFound('collection');
    const issues = [...collectionIssues(draft), ...parentIssues(draft), ...memberIssues('addProducts', addProducts)];
    if (removeProductIds.length > MAX_MEMBERS_PER_CHANGE)
      issues.push({ path: ['removeProductIds'], message: `There must be at most ${MAX_MEMBERS_PER_CHANGE}.` });
    if (issues.length > 0) return invalidInput(issues);
    const known = removeProductIds.filter((productId) => isId('Product', productId));
    const outcome = await collections.update({ ...change, removeProductIds: known });
    if (outcome === null) return notFound('collection');
    return outcome.kind === 'written'
      ? { kind: 'UpdateCollectionSuccess', collection: outcome.collection }
      : invalidInput(refusalIssues(outcome, 'addProducts', addProducts));
  };
