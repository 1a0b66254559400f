import { Unavailable } from '@cartograph/kernel/errors';
import * as oauth from 'oauth4webapi';

export interface OAuthClientOptions {
  /** As it is named to whoever looks after the shop. */
  readonly provider: string;
  readonly tokenUrl: string;
  /** Where an owner allows the connection; for `authorizationUrl` alone. */
  readonly authorizeUrl?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the client proves who it is; `basic` without it. `plain-basic` is for providers that decode nothing. */
  readonly authentication?: 'basic' | 'plain-basic' | 'post';
  readonly scope?: string;
  readonly timeoutMs: number;
  readonly clock?: () => number;
}

export interface AccessToken {
  readonly accessToken: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  /** Given by some providers, and by some a new one each time. */
  readonly refreshToken: string | null;
}

/** Thrown when the provider says no: a wrong secret, or a connection that its owner took back. */
export class OAuthRefused extends Error {
  constructor(provider: string, code: string) {
    super(`${provider} gives no access token: ${code}`);
    this.name = 'OAuthRefused';
  }
}

/** A token that ends within this time counts as ended: the call that carries it takes a while. */
const MARGIN_MS = 60_000;

/** OAuth 2.0 towards one provider: client credentials, refresh tokens, and the code that connects an account. */
export function createOAuthClient(options: OAuthClientOptions) {
  const { provider, tokenUrl, authorizeUrl, clientId, scope, timeoutMs, clock = Date.now } = options;
  const server: oauth.AuthorizationServer = {
    issuer: new URL(tokenUrl).origin,
    token_endpoint: tokenUrl,
    ...(authorizeUrl && { authorization_endpoint: authorizeUrl }),
  };
  const client: oauth.Client = { client_id: clientId };
  const proof = proofOf(options);
  const isLoopback = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(tokenUrl).hostname);

  async function ask(grant: 'client_credentials' | 'refresh_token', parameters: URLSearchParams): Promise<AccessToken> {
    const response = await oauth
      .genericTokenEndpointRequest(server, client, proof, grant, parameters, {
        signal: AbortSignal.timeout(timeoutMs),
        // A token goes in clear text to a test's double alone.
        [oauth.allowInsecureRequests]: isLoopback,
      })
      .catch((cause: Error) => {
        throw new Unavailable(provider, { cause, timedOut: cause.name === 'TimeoutError' });
      });
    return read(response, parameters.get('refresh_token'));
  }

  async function read(response: Response, refreshToken: string | null): Promise<AccessToken> {
    if (response.status === 429 || response.status >= 500)
      throw new Unavailable(provider, { cause: new Error(`HTTP ${response.status} for an access token`) });
    const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
    if (!response.ok || typeof body?.access_token !== 'string')
      throw new OAuthRefused(provider, typeof body?.error === 'string' ? body.error : `HTTP ${response.status}`);
    // Some providers write the number as a text.
    const seconds = Number(body.expires_in ?? 3_600);
    return {
      accessToken: body.access_token,
      expiresAt: clock() + seconds * 1_000,
      refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : refreshToken,
    };
  }

  return {
    clientCredentials: (): Promise<AccessToken> =>
      ask('client_credentials', new URLSearchParams(scope ? { scope } : {})),
    refresh: (refreshToken: string): Promise<AccessToken> =>
      ask('refresh_token', new URLSearchParams({ refresh_token: refreshToken, ...(scope && { scope }) })),
    /** Where the owner of an account is sent to allow the connection, and what to keep until they come back. */
    async authorizationUrl(redirectUrl: string) {
      const state = oauth.generateRandomState();
      const verifier = oauth.generateRandomCodeVerifier();
      const url = new URL(authorizeUrl ?? '');
      url.search = new URLSearchParams({
        ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUrl, state },
        ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
        ...(scope && { scope }),
      }).toString();
      return { url: url.href, state, verifier };
    },
    /** The token for the code with which the owner came back to `returned`. */
    async connect(returned: URL, kept: { readonly state: string; readonly verifier: string }, redirectUrl: string) {
      const code = oauth.validateAuthResponse(server, client, returned, kept.state);
      const response = await oauth
        .authorizationCodeGrantRequest(server, client, proof, code, redirectUrl, kept.verifier, {
          signal: AbortSignal.timeout(timeoutMs),
          [oauth.allowInsecureRequests]: isLoopback,
        })
        .catch((cause: Error) => {
          throw new Unavailable(provider, { cause, timedOut: cause.name === 'TimeoutError' });
        });
      return read(response, null);
    },
  };
}

function proofOf({ authentication = 'basic', clientId, clientSecret }: OAuthClientOptions): oauth.ClientAuth {
  if (authentication === 'post') return oauth.ClientSecretPost(clientSecret);
  if (authentication === 'basic') return oauth.ClientSecretBasic(clientSecret);
  // The standard wants both encoded first, a hyphen included, which not every provider undoes.
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  return (_server, _client, _body, headers) => headers.set('authorization', `Basic ${credentials}`);
}

export type OAuthClient = ReturnType<typeof createOAuthClient>;

/** Where a refresh token is kept when the provider gives a new one each time. */
export interface RefreshTokens {
  read(): Promise<string>;
  write(refreshToken: string): Promise<void>;
}

/** One access token for all calls, fetched once however many wait for it, and again before it ends. */
export function createTokenCache(fetch: () => Promise<AccessToken>, clock: () => number = Date.now) {
  let current: AccessToken | null = null;
  let underWay: Promise<AccessToken> | null = null;

  function renew(): Promise<AccessToken> {
    underWay ??= fetch()
      .then((token) => {
        current = token;
        return token;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }

  return {
    async accessToken(): Promise<string> {
      const valid = current && current.expiresAt - MARGIN_MS > clock() ? current : await renew();
      return valid.accessToken;
    },
    /** The provider refused the token before its time; the next call fetches another. */
    forget(accessToken?: string): void {
      if (accessToken === undefined || current?.accessToken === accessToken) current = null;
    },
  };
}

/** The cache of a connection that lives by a refresh token. */
export const createRefreshedTokens = (client: OAuthClient, tokens: RefreshTokens, clock?: () => number) =>
  createTokenCache(async () => {
    const earlier = await tokens.read();
    const token = await client.refresh(earlier);
    // Written before it is used: the old one may have ended with this answer.
    if (token.refreshToken !== null && token.refreshToken !== earlier) await tokens.write(token.refreshToken);
    return token;
  }, clock);
