import type { FeedReader } from '../../ports/feed-reader.ts';
import { createPinterestClient, type PinterestOptions } from './client.ts';

/** Pinterest fetches the feed once a day: what was bought, or only looked at, can be shown to its visitors again. */
export function createPinterestReader(options: PinterestOptions): FeedReader {
  const client = createPinterestClient(options);
  const { country, locale } = options;
  return {
    name: 'pinterest',
    async register({ location, user, password, currency }) {
      for await (const feed of client.feeds()) if (feed.location === location) return;
      await client.createFeed({
        ...{ name: `Cartograph ${country} ${currency}`, format: 'CSV', catalog_type: 'RETAIL', location },
        ...{ default_country: country, default_locale: locale, default_currency: currency },
        credentials: { username: user, password },
      });
    },
    close: () => client.close(),
  };
}
