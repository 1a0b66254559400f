import { createProviderCalls } from '@cartograph/providers/calls';
import { createProviderHttp, type ProviderRequest } from '@cartograph/providers/http';
import { createOAuthClient, createTokenCache } from '@cartograph/providers/oauth';

export interface PinterestOptions {
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
  /** In which country and language the catalogue is shown. */
  readonly country: string;
  readonly locale: string;
  readonly timeoutMs?: number;
}

export interface PinterestFeed {
  readonly location: string;
  readonly status: string;
}

/** Pinterest's catalogues, as the app itself, whose account owns them. */
export function createPinterestClient({ url, appId, appSecret, timeoutMs = 10_000 }: PinterestOptions) {
  const oauth = createOAuthClient({
    ...{ provider: 'pinterest', tokenUrl: `${url}/oauth/token`, clientId: appId, clientSecret: appSecret },
    ...{ authentication: 'plain-basic', scope: 'catalogs:read,catalogs:write', timeoutMs },
  });
  const tokens = createTokenCache(oauth.clientCredentials);
  const http = createProviderHttp({
    baseUrl: url,
    calls: createProviderCalls({ provider: 'pinterest', timeoutMs }),
    headers: async () => ({ authorization: `Bearer ${await tokens.accessToken()}` }),
    refused: async () => tokens.forget(),
  });

  async function ask(request: ProviderRequest) {
    const { status, body } = await http.send(request);
    if (status >= 200 && status < 300) return body;
    throw new Error(`pinterest answers HTTP ${status}: ${body?.message ?? 'no reason given'}`);
  }

  return {
    async *feeds(pageSize = 250): AsyncGenerator<PinterestFeed> {
      for (let bookmark: string | null = ''; bookmark !== null; ) {
        const after: string = bookmark && `&bookmark=${encodeURIComponent(bookmark)}`;
        const path = `/catalogs/feeds?page_size=${pageSize}${after}`;
        const page = await ask({ method: 'GET', path, mayRepeat: true });
        yield* page.items;
        bookmark = page.bookmark || null;
      }
    },
    // A second one would be a second feed: after a lost answer, the list says whether it is there.
    createFeed: (feed: object) => ask({ method: 'POST', path: '/catalogs/feeds', body: feed, mayRepeat: false }),
    close: () => http.close(),
  };
}
