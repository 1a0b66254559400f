import { randomUUID } from 'node:crypto';
import { createProviderCalls } from '@cartograph/providers/calls';
import { createProviderHttp, type ProviderRequest } from '@cartograph/providers/http';
import { createOAuthClient, createTokenCache } from '@cartograph/providers/oauth';

export interface UpsClientOptions {
  /** Without a path: `https://onlinetools.ups.com`. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

/** What UPS refused, with its own codes. */
export class UpsRefusal extends Error {
  readonly status: number;
  constructor(status: number, errors: readonly { readonly code?: string; readonly message?: string }[]) {
    super(errors.map(({ message, code }) => [message, code && `(${code})`].filter(Boolean).join(' ')).join(' '));
    this.name = 'UpsRefusal';
    this.status = status;
  }
}

/** UPS over HTTP with OAuth 2.0 client credentials. */
export function createUpsClient({ url, clientId, clientSecret, timeoutMs }: UpsClientOptions) {
  const origin = new URL(url).origin;
  const tokenUrl = `${origin}/security/v1/oauth/token`;
  const oauth = createOAuthClient({ provider: 'UPS', tokenUrl, clientId, clientSecret, timeoutMs });
  const tokens = createTokenCache(oauth.clientCredentials);
  const http = createProviderHttp({
    baseUrl: `${origin}/api`,
    calls: createProviderCalls({ provider: 'UPS', timeoutMs }),
    headers: async () => ({
      authorization: `Bearer ${await tokens.accessToken()}`,
      ...{ transId: randomUUID().replaceAll('-', ''), transactionSrc: 'cartograph' },
    }),
    refused: async () => tokens.forget(),
  });
  return {
    /** The answer's body. Throws `UpsRefusal` for a no, and `Unavailable` without an answer. */
    // biome-ignore lint/suspicious/noExplicitAny: each operation's answer is read by its caller.
    async send(request: ProviderRequest): Promise<any> {
      const { status, body } = await http.send(request);
      if (status < 400) return body;
      throw new UpsRefusal(status, body?.response?.errors ?? body?.errors ?? [{ message: `HTTP ${status}` }]);
    },
    close: () => http.close(),
  };
}

export type UpsClient = ReturnType<typeof createUpsClient>;
