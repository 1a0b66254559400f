import { type Provider, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { FeedReader } from '../../ports/feed-reader.ts';

const SETTINGS = {
  appId: { name: 'PINTEREST_APP_ID', says: 'the number of an app that may write catalogues' },
  appSecret: { name: 'PINTEREST_APP_SECRET', says: 'the app’s secret', secret: true, form: /^\S+$/ },
  country: { name: 'PINTEREST_COUNTRY', says: 'where the catalogue is shown, such as DE', form: /^[A-Z]{2}$/ },
  locale: {
    name: 'PINTEREST_LOCALE',
    says: 'in which language, such as de or en-US',
    form: /^[a-z]{2}(-[A-Z0-9]{2,3})?$/,
  },
  url: { name: 'PINTEREST_URL', says: 'where the API is', fallback: 'https://api.pinterest.com/v5', form: 'url' },
} as const;

function readPinterest(env: Env) {
  const { url, ...settings } = readSettings(env, SETTINGS);
  return { ...settings, url: url.replace(/\/$/, '') };
}

export const pinterest: Provider<FeedReader, void> = {
  name: 'pinterest',
  settings: SETTINGS,
  prepare(env) {
    const settings = readPinterest(env);
    return async () => {
      const { createPinterestReader } = await import('./feed-reader.ts');
      return createPinterestReader(settings);
    };
  },
  async check(env) {
    const { checkPinterest } = await import('./check.ts');
    return () => checkPinterest(readPinterest(env));
  },
};
