import { readEach, readProviderSecret } from '@cartograph/providers/provider-settings';
import { type Env, readText, readUrl, SettingError } from '@cartograph/runtime/settings';

/** Who fetches our feed of products, and what of it is ours to say. */
export interface FeedSettings {
  readonly readers: { readonly pinterest?: ReturnType<(typeof FEED_READERS)['pinterest']> };
  /** Where the feed is fetched, from outside. */
  readonly location: string;
  readonly user: string;
  readonly password: string;
  /** Where the shop is: `<it>/products/<handle>?variant=<id>`. */
  readonly storefrontUrl: string;
}

/** By name, what each reader needs. */
export const FEED_READERS = {
  pinterest: (env: Env) => ({
    url: readUrl(env, 'PINTEREST_URL', 'https://api.pinterest.com/v5').replace(/\/$/, ''),
    appId: readText(env, 'PINTEREST_APP_ID'),
    appSecret: readProviderSecret(env, 'PINTEREST_APP_SECRET'),
    country: readForm(env, 'PINTEREST_COUNTRY', /^[A-Z]{2}$/, 'a country such as DE'),
    locale: readForm(env, 'PINTEREST_LOCALE', /^[a-z]{2}(-[A-Z0-9]{2,3})?$/, 'a language such as de or en-US'),
  }),
};

/** Null without anybody who fetches it: then there is no feed. */
export function readFeed(env: Env): FeedSettings | null {
  const readers = readEach(env, 'CATALOGUE_FEEDS', FEED_READERS);
  if (Object.keys(readers).length === 0) return null;
  return {
    readers,
    location: new URL('/feeds/products.csv', readUrl(env, 'PRODUCTS_PUBLIC_URL')).href,
    user: 'feed',
    password: readProviderSecret(env, 'PRODUCT_FEED_PASSWORD', /^\S{16,}$/),
    storefrontUrl: readUrl(env, 'STOREFRONT_URL', 'http://127.0.0.1:3000'),
  };
}

function readForm(env: Env, name: string, form: RegExp, says: string): string {
  const text = readText(env, name);
  if (!form.test(text)) throw new SettingError(name, `must be ${says}, and is "${text}".`);
  return text;
}
