import type { Page } from '@cartograph/kernel/page';
import DataLoader from 'dataloader';
import type { ChildPageRequest } from '../ports.ts';

/** Pages of children for many parents, and for one parent under several aliases, in one read. */
export const createPageByParentId = <T>(
  name: string,
  load: (requests: readonly ChildPageRequest[]) => Promise<readonly Page<T>[]>,
) =>
  new DataLoader<ChildPageRequest, Page<T>, string>(load, {
    name,
    cacheKeyFn: ({ parentId, after, limit }) => JSON.stringify([parentId, after, limit]),
  });
