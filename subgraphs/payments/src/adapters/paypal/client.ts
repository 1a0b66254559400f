import { createProviderCalls } from '@cartograph/providers/calls';
import { createProviderHttp, type ProviderAnswer } from '@cartograph/providers/http';
import { createOAuthClient, createTokenCache, OAuthRefused } from '@cartograph/providers/oauth';

export interface PaypalOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The id under which our webhook is registered: what PayPal signs holds for it alone. */
  readonly webhookId: string;
  /** PayPal's own without it. */
  readonly url?: string;
  readonly timeoutMs: number;
  /** Where buyers return to from PayPal's page, whether they have approved or not. */
  readonly returnUrl: string;
}

export function createPaypalClient({
  clientId,
  clientSecret,
  url = 'https://api-m.paypal.com',
  timeoutMs,
}: PaypalOptions) {
  const tokenUrl = new URL('/v1/oauth2/token', url).href;
  const keys = { clientId, clientSecret, authentication: 'plain-basic' as const };
  const oauth = createOAuthClient({ provider: 'paypal', tokenUrl, ...keys, timeoutMs });
  const tokens = createTokenCache(() => oauth.clientCredentials());
  const http = createProviderHttp({
    baseUrl: url,
    calls: createProviderCalls({ provider: 'paypal', timeoutMs }),
    headers: async () => ({ authorization: `Bearer ${await tokens.accessToken()}` }),
    refused: async () => tokens.forget(),
  });

  async function send(method: 'GET' | 'POST', path: string, key?: string, body?: object): Promise<ProviderAnswer> {
    try {
      const answer = await http.send({
        ...{ method, path, ...(body && { body }) },
        headers: { prefer: 'return=representation', ...(key && { 'paypal-request-id': key }) },
        // A question, or an effect whose key PayPal honours.
        mayRepeat: true,
      });
      if (answer.status === 401 || answer.status === 403) throw wrongKeys();
      return answer;
    } catch (error) {
      throw error instanceof OAuthRefused ? wrongKeys() : error;
    }
  }
  return {
    get: (path: string) => send('GET', path),
    post: (path: string, key: string | undefined, body?: object) => send('POST', path, key, body),
    close: () => http.close(),
  };
}

export type PaypalClient = ReturnType<typeof createPaypalClient>;

const wrongKeys = () => new Error('PayPal refuses our keys: correct PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.');

/** What PayPal finds wrong with a request that it understood. */
export const issueOf = ({ body }: ProviderAnswer): string =>
  (body as { details?: readonly { issue?: string }[] } | null)?.details?.[0]?.issue ?? '';

export const unexpected = ({ status, body }: ProviderAnswer): Error =>
  new Error(`PayPal answered ${status} ${(body as { name?: string } | null)?.name ?? ''}`);
