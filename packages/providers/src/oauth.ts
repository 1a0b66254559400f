import { Unavailable } from '@cartograph/kernel/errors';
import * as oauth from 'oauth4webapi';

export interface OAuthClientOptions {
  /** As it is named to whoever looks after the shop. */
  readonly provider: string;
  readonly tokenUrl: string;
  /** Where an owner allows the connection; for connecting an account alone. */
  readonly consent?: Consent;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the client proves who it is; `basic` without it. `plain-basic` is for providers that decode nothing. */
  readonly authentication?: 'basic' | 'plain-basic' | 'post';
  readonly scope?: string;
  readonly timeoutMs: number;
  readonly clock?: () => number;
}

export interface Consent {
  /** The page, with what it wants beside the connection in its query. */
  readonly url: string;
  /** What it wants to know of the client, where it does not follow the standard: then it gets no PKCE challenge, either. */
  readonly client?: Readonly<Record<string, string>>;
  /** What it calls the code, `code` in the standard. */
  readonly codeName?: string;
}

/** To be kept until the owner comes back from the page. */
export interface Begun {
  readonly state: string;
  readonly verifier: string | null;
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
  const { provider, tokenUrl, consent, clientId, scope, timeoutMs, clock = Date.now } = options;
  const server: oauth.AuthorizationServer = {
    issuer: new URL(tokenUrl).origin,
    token_endpoint: tokenUrl,
    ...(consent && { authorization_endpoint: consent.url }),
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
    async authorizationUrl(redirectUrl: string): Promise<Begun & { readonly url: string }> {
      const state = oauth.generateRandomState();
      const verifier = consent?.client ? null : oauth.generateRandomCodeVerifier();
      const url = new URL(consent?.url ?? '');
      const parameters = {
        ...(consent?.client ?? { response_type: 'code', client_id: clientId }),
        ...{ redirect_uri: redirectUrl, state },
        ...(verifier && {
          ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
        }),
        ...(scope && { scope }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url: url.href, state, verifier };
    },
    /** The token for the code with which the owner came back to `returned`. Throws `OAuthRefused` for a no of theirs. */
    async connect(returned: URL, { state, verifier }: Begun, redirectUrl: string): Promise<AccessToken> {
      const code = readReturned(provider, returned, consent?.codeName, (standard) =>
        oauth.validateAuthResponse(server, client, standard, state),
      );
      const response = await oauth
        .authorizationCodeGrantRequest(server, client, proof, code, redirectUrl, verifier ?? oauth.nopkce, {
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

/** The library's own words are about the protocol, and show what came. */
function readReturned<T>(provider: string, returned: URL, codeName = 'code', validate: (standard: URL) => T): T {
  const standard = new URL(returned);
  const code = standard.searchParams.get(codeName);
  if (code !== null) standard.searchParams.set('code', code);
  try {
    return validate(standard);
  } catch {
    const told = returned.searchParams.get('error');
    throw new OAuthRefused(provider, told ?? 'this is not the address that the page led to just now');
  }
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
