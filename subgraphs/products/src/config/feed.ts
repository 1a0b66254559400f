import { readSettings } from '@cartograph/providers/provider';
import { type Env, readUrl } from '@cartograph/runtime/settings';
import { FEED_SETTINGS } from '../providers.ts';

/** Where our feed of products is fetched, and what of it is ours to say. */
export interface FeedSettings {
  /** From outside. */
  readonly location: string;
  readonly user: string;
  readonly password: string;
  /** Where the shop is: `<it>/products/<handle>?variant=<id>`. */
  readonly storefrontUrl: string;
}

export function readFeed(env: Env): FeedSettings {
  const { publicUrl, password } = readSettings(env, FEED_SETTINGS);
  return {
    location: new URL('/feeds/products.csv', publicUrl).href,
    ...{ user: 'feed', password },
    storefrontUrl: readUrl(env, 'STOREFRONT_URL', 'http://127.0.0.1:3000'),
  };
}
