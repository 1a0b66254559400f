import { type Page, type PageRequest, readPage, toConnection } from '@cartograph/kernel/page';
import type { Listing, PageArgs } from '../operations/lists.ts';

const byId = (row: { readonly id: string }) => [row.id];

/** Most lists here are sorted by id, newest first. */
export const connectionOf = <T extends { readonly id: string }>({ page, after }: Listing<T>) =>
  toConnection(page, after, byId);

/** A list inside another type: its page is asked of a loader, so that many owners are one read. */
export async function innerConnection<T extends { readonly id: string }>(
  args: PageArgs,
  load: (page: PageRequest) => Promise<Page<T>>,
) {
  const request = readPage(args);
  return toConnection(await load(request), request.after, byId);
}
