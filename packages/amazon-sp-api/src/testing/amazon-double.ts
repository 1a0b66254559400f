import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { type Handler, openContractServer } from '@cartograph/contract-server/server';
import { createAmazonFeeds } from './amazon-feeds.ts';
import { amazonError, createAmazonLimits } from './amazon-limits.ts';
import { createAmazonListings } from './amazon-listings.ts';

export const AMAZON_KEYS = {
  clientId: 'amzn1.application-oa2-client.0123456789abcdef',
  clientSecret: 'amzn1.oa2-cs.v1.of-the-double',
  refreshToken: 'Atzr|of-the-double',
};
/** What a seller who allows the connection comes back with, and where to. */
export const AMAZON_CONSENT = { code: 'RHofTheDouble', redirectUrl: 'https://shop.example.com/amazon' };
export const AMAZON_SELLER = 'A3TH9S8BH6GOGM';
export const GERMANY = 'A1PA6795UKMFR9';
export const BRITAIN = 'A1F83G8C2ARO7P';

const TOKEN = '/auth/o2/token';
const NOTIFICATIONS_SCOPE = 'sellingpartnerapi::notifications';
const DOCUMENTS = ['listingsItems_2021-08-01', 'feeds_2021-06-30', 'orders_2026-01-01', 'notifications'];

/** More of Amazon than is here, such as orders: answers by the contract's names, and what no contract says. */
export interface AmazonPart {
  readonly answers?: Readonly<Record<string, Handler>>;
  readonly besides?: Readonly<Record<string, Handler>>;
}

/** Amazon for one seller, in memory: its tokens, its usage plans, its listings and feeds, as its contracts say. */
export async function openAmazonDouble(...parts: readonly AmazonPart[]) {
  const limits = createAmazonLimits();
  const tokens = createTokens();
  const listings = createAmazonListings();
  const feeds = createAmazonFeeds(listings, AMAZON_SELLER, () => server.url);
  const all: readonly AmazonPart[] = [listings, feeds, ...parts];
  const answers = Object.assign({}, ...all.map((part) => part.answers ?? {})) as Record<string, Handler>;
  const server = await openContractServer({
    contracts: readOnce(),
    answers: Object.fromEntries(Object.entries(answers).map(([name, handle]) => [name, limits.kept(name, handle)])),
    besides: Object.assign({ [`POST ${TOKEN}`]: tokens.give }, ...all.map((part) => part.besides ?? {})),
    badRequest: (problems) => amazonError(400, 'InvalidInput', problems.join('; ')),
    refuse({ method, path, headers }) {
      if (path === TOKEN || path.startsWith('/feed-documents')) return null;
      if (!headers['user-agent']) return amazonError(403, 'Unauthorized', 'A user agent is required.');
      // What concerns the application alone wants a token of its own, and no seller's.
      const isOwn = path.startsWith('/notifications/v1/destinations') || method === 'DELETE';
      return tokens.refusalOf(headers['x-amz-access-token'], isOwn ? NOTIFICATIONS_SCOPE : null);
    },
  });
  return {
    ...{ server, faults: server.faults, limits, tokens, listings, feeds, url: server.url },
    /** What a client of the double is opened with. */
    options: { ...AMAZON_KEYS, url: server.url, tokenUrl: `${server.url}${TOKEN}` },
    /** The same as settings. */
    env: {
      ...{ AMAZON_CLIENT_ID: AMAZON_KEYS.clientId, AMAZON_CLIENT_SECRET: AMAZON_KEYS.clientSecret },
      ...{ AMAZON_REFRESH_TOKEN: AMAZON_KEYS.refreshToken, AMAZON_SELLER_ID: AMAZON_SELLER, AMAZON_REGION: 'eu' },
      ...{ AMAZON_URL: server.url, AMAZON_TOKEN_URL: `${server.url}${TOKEN}` },
      AMAZON_MARKETPLACES: `${GERMANY}=EUR/DE`,
    },
    /** How often something was asked, whatever came of it. */
    asked: (operation: string): number => server.calls.filter((call) => call.operation === operation).length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type AmazonDouble = Awaited<ReturnType<typeof openAmazonDouble>>;

/** Login with Amazon. */
function createTokens() {
  let given = 0;
  /** With their scopes; null for those of the seller. */
  let valid = new Map<string, string | null>();
  const give: Handler = ({ body }) => {
    const { clientId, clientSecret, refreshToken } = AMAZON_KEYS;
    if (body?.client_id !== clientId || body.client_secret !== clientSecret)
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    const isConnecting = body.grant_type === 'authorization_code';
    if (isConnecting && (body.code !== AMAZON_CONSENT.code || body.redirect_uri !== AMAZON_CONSENT.redirectUrl))
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The authorization code is invalid.' } };
    const isOwn = body.grant_type === 'client_credentials' && body.scope === NOTIFICATIONS_SCOPE;
    if (!isOwn && !isConnecting && (body.grant_type !== 'refresh_token' || body.refresh_token !== refreshToken))
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The refresh token is invalid.' } };
    given += 1;
    const token = `Atza|${given}`;
    valid.set(token, isOwn ? NOTIFICATIONS_SCOPE : null);
    return {
      status: 200,
      body: {
        ...{ access_token: token, token_type: 'bearer', expires_in: 3_600 },
        ...(!isOwn && { refresh_token: refreshToken }),
      },
    };
  };
  return {
    give,
    /** How many were given. */
    given: (): number => given,
    /** Those that are out there are good for nothing any more. */
    end: (): void => {
      valid = new Map();
    },
    refusalOf: (token: string | undefined, scope: string | null) =>
      token !== undefined && valid.get(token) === scope
        ? null
        : amazonError(
            403,
            'Unauthorized',
            'Access to requested resource is denied.',
            'The access token you provided has expired.',
          ),
  };
}

let contracts: readonly Contract[] | undefined;

/** Reading and compiling them takes a while, which one process does once. */
function readOnce(): readonly Contract[] {
  contracts ??= DOCUMENTS.map((name) => readContract(readContractFile(`amazon-sp-api/${name}.json`)));
  return contracts;
}
