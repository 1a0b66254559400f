import { FEED_HEADER, type FeedShop, feedLines } from '../domain/product-feed.ts';
import type { FeedReader, Feeds, ProductFeed } from '../ports/feed-reader.ts';
import type { CatalogueRows } from '../ports.ts';

const PAGE = 250;

/** All that is on sale, a page of products at a time. */
export const writeProductFeed = (catalogue: Pick<CatalogueRows, 'page'>) =>
  async function* (shop: FeedShop): AsyncGenerator<string> {
    yield FEED_HEADER;
    for (let after: string | null = null; ; ) {
      const page = await catalogue.page(after, PAGE);
      const last = page.at(-1);
      if (!last) return;
      yield page.map((product) => feedLines(product, shop)).join('');
      after = last.handle;
    }
  };

/** Sees to it that each reader knows the feed, once, also when several processes do so or one dies while it does. */
export const registerFeeds =
  (feeds: Feeds, readers: readonly FeedReader[]) =>
  async (feed: ProductFeed): Promise<void> => {
    for (const reader of readers) await feeds.alone(reader.name, () => reader.register(feed));
  };
