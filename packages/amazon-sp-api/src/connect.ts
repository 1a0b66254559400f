import { createOAuthClient } from '@cartograph/providers/oauth';
import { type Connection, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { AMAZON_SETTINGS, CONNECT_SETTINGS } from './settings.ts';

/** Sellers have a site for each part of the world; that of a country is a setting. */
const SELLER_CENTRAL = {
  na: 'https://sellercentral.amazon.com',
  eu: 'https://sellercentral-europe.amazon.com',
  fe: 'https://sellercentral.amazon.co.jp',
} as const;

/** A seller lets the application act for them; the refresh token that this gives does not end. */
export async function connectAmazon(env: Env): Promise<Connection> {
  const { applicationId, redirectUrl, region, consentUrl, ...keys } = readSettings(env, CONNECT_SETTINGS);
  const site = SELLER_CENTRAL[region as keyof typeof SELLER_CENTRAL];
  const oauth = createOAuthClient({
    ...{ provider: 'Amazon', ...keys, authentication: 'post', timeoutMs: 10_000 },
    consent: {
      url: consentUrl || `${site}/apps/authorize/consent`,
      client: { application_id: applicationId },
      codeName: 'spapi_oauth_code',
    },
  });
  const { url, ...begun } = await oauth.authorizationUrl(redirectUrl);
  return {
    url,
    setting: AMAZON_SETTINGS.refreshToken.name,
    async finish(returned) {
      const { refreshToken } = await oauth.connect(returned, begun, redirectUrl);
      if (refreshToken === null) throw new Error('Amazon gave an access token, and no refresh token with it');
      return refreshToken;
    },
  };
}
