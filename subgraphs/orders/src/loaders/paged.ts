import type { Page, PageRequest } from '@cartograph/kernel/page';
import DataLoader from 'dataloader';

export interface PagedKey {
  readonly id: string;
  readonly page: PageRequest;
}

/** Inner lists: one read for all parents that are asked for the same page, which is all parents of one field. */
export const createPaged = <T>(
  name: string,
  read: (ids: readonly string[], page: PageRequest) => Promise<readonly Page<T>[]>,
) =>
  new DataLoader<PagedKey, Page<T>, string>(
    async (keys) => {
      const groups = new Map<string, { readonly page: PageRequest; readonly ids: string[] }>();
      for (const { id, page } of keys) {
        const group = groups.get(JSON.stringify(page)) ?? { page, ids: [] };
        groups.set(JSON.stringify(page), group);
        group.ids.push(id);
      }
      const found = new Map<string, Page<T>>();
      await Promise.all(
        [...groups.values()].map(async ({ page, ids }) => {
          const pages = await read(ids, page);
          for (const [index, id] of ids.entries()) {
            const rows = pages[index];
            if (rows) found.set(keyOf({ id, page }), rows);
          }
        }),
      );
      return keys.map((key) => found.get(keyOf(key)) ?? { rows: [], hasNextPage: false });
    },
    { name, cacheKeyFn: keyOf, maxBatchSize: 500 },
  );

const keyOf = ({ id, page }: PagedKey): string => JSON.stringify([id, page]);
