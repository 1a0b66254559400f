import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Collection } from '../domain/collection.ts';
import type { Ports } from '../ports.ts';

/** The top of the tree; what is below a collection is read by a loader. */
export const listCollections =
  ({ collections }: Ports) =>
  (page: PageRequest): Promise<Page<Collection>> =>
    collections.top(page);
