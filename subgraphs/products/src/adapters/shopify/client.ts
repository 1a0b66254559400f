import { createProviderCalls, NoAnswer, readRetryAfter } from '@cartograph/providers/calls';
import { createAdminApiClient } from '@shopify/admin-api-client';

export interface ShopifyClientOptions {
  /** Such as `demo.myshopify.com`. */
  readonly store: string;
  readonly accessToken: string;
  /** Where the API is instead of at the store: of a test, or of a proxy. */
  readonly url?: string | undefined;
  readonly timeoutMs: number;
}

/** The version whose schema the documents were written for. */
const API_VERSION = '2026-10';

interface ThrottleStatus {
  readonly currentlyAvailable?: number;
  readonly restoreRate?: number;
}

/** The official client, with our deadlines and repeats in the place of its own. */
export function createShopifyClient({ store, accessToken, url, timeoutMs }: ShopifyClientOptions) {
  const calls = createProviderCalls({ provider: 'Shopify', timeoutMs });
  const sdk = createAdminApiClient({
    ...{ storeDomain: store, apiVersion: API_VERSION, accessToken, retries: 0 },
    // It says on the console that it does not know a version that is newer than itself.
    logger: () => {},
    customFetchApi: (address, init) => {
      const { pathname } = new URL(address);
      return fetch(url ? new URL(pathname, url) : address, init as RequestInit);
    },
  });
  return {
    /** The data. Throws `Unavailable` without an answer, and an error for a document that Shopify does not take. */
    ask: <T>(mayRepeat: boolean, document: string, variables: Record<string, unknown>): Promise<T> =>
      calls.run(mayRepeat, async (signal) => {
        const { data, errors, extensions } = await sdk.request(document, { variables, signal });
        if (!errors) return data as T;
        const { networkStatusCode: status = 0, message, response, graphQLErrors = [] } = errors;
        if (graphQLErrors.some((error) => error.extensions?.code === 'THROTTLED'))
          throw new NoAnswer('throttled', { retryAfterMs: pauseOf(extensions?.cost), hadNoEffect: true });
        if (status === 0 || status === 429 || status >= 500) {
          const retryAfterMs = readRetryAfter(response?.headers.get('retry-after'));
          throw new NoAnswer(`${message}`, { retryAfterMs, hadNoEffect: status === 429 });
        }
        const said = graphQLErrors.map((error) => error.message).join(' ') || message;
        throw new Error(`Shopify answered ${status}: ${said}`);
      }),
  };
}

export type ShopifyClient = ReturnType<typeof createShopifyClient>;

/** How long it takes until there is enough for the question again. */
function pauseOf(
  cost: { readonly requestedQueryCost?: number; readonly throttleStatus?: ThrottleStatus } | undefined,
): number {
  const { requestedQueryCost = 1, throttleStatus: { currentlyAvailable = 0, restoreRate = 50 } = {} } = cost ?? {};
  return Math.max(50, ((requestedQueryCost - currentlyAvailable) / restoreRate) * 1_000);
}
