import { CodedError } from '@cartograph/kernel/errors';
import { ANONYMOUS, STAFF_ROLES, type StaffRole, type Viewer } from '@cartograph/kernel/viewer';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose';

/** Signing keys, newest first: the first signs, all of them verify, so that a rotation invalidates nobody. */
export interface TokenKeys {
  readonly keys: readonly JWK[];
}

/** A new Ed25519 private key. Rotation: put it in front of the others, drop the last after a token's lifetime. */
export async function createTokenKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig' };
}

const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'] as const;

/** What `/.well-known/jwks.json` answers: the public halves alone. */
export const publicKeySet = ({ keys }: TokenKeys): JSONWebKeySet => ({
  // What is public is named: a private member of another kind of key then stays here too.
  keys: keys.map((key) => Object.fromEntries(PUBLIC.flatMap((name) => (key[name] ? [[name, key[name]]] : []))) as JWK),
});

export const TOKEN_AUDIENCE = 'cartograph';

export type IssueToken = (
  viewer: Viewer,
  options: { readonly lifetimeSeconds: number; readonly tokenId: string },
) => Promise<string>;

export function createTokenIssuer(issuer: string, { keys: [signing] }: TokenKeys): IssueToken {
  if (!signing) throw new Error('No signing key: TOKEN_KEYS must hold at least one private Ed25519 JWK.');
  const key = importJWK(signing, 'EdDSA');
  return async (viewer, { lifetimeSeconds, tokenId }) =>
    new SignJWT(claimsOf(viewer))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...(signing.kid && { kid: signing.kid }) })
      .setIssuer(issuer)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject(subjectOf(viewer))
      .setJti(tokenId)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(await key);
}

/** One issuer whose tokens are believed: ourselves by key set, or an external one by its JWKS URL. */
export type TrustedIssuer =
  | { readonly issuer: string; readonly audience?: string; readonly keySet: JSONWebKeySet }
  | { readonly issuer: string; readonly audience?: string; readonly jwksUrl: string };

/** Verifies a bearer token and says who asks. No token is an anonymous viewer; a bad one is an error, never anonymous. */
export type VerifyToken = (authorization: string | undefined) => Promise<Viewer>;

export function createTokenVerifier(trusted: readonly TrustedIssuer[]): VerifyToken {
  const issuers = new Map<string, { audience: string; keys: JWTVerifyGetKey }>(
    trusted.map((one) => [
      one.issuer,
      {
        audience: one.audience ?? TOKEN_AUDIENCE,
        keys: 'keySet' in one ? createLocalJWKSet(one.keySet) : createRemoteJWKSet(new URL(one.jwksUrl)),
      },
    ]),
  );
  return async (authorization) => {
    if (!authorization) return ANONYMOUS;
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token)
      throw new CodedError('UNAUTHENTICATED', 'The Authorization header must be "Bearer" and an access token.');
    const issuer = issuers.get(issuerOf(token));
    if (!issuer)
      throw new CodedError('UNAUTHENTICATED', 'The access token is not from an issuer that this shop trusts.');
    try {
      const { payload } = await jwtVerify(token, issuer.keys, {
        audience: issuer.audience,
        algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: 5,
      });
      return viewerOf(payload);
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      const { code, message } = cause as { code?: string; message?: string };
      // The issuer's keys could not be had: the token may well be good, so nobody is told to sign in again.
      if (code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC' || message === 'fetch failed')
        throw new CodedError('SERVICE_UNAVAILABLE', undefined, { cause });
      const expired = code === 'ERR_JWT_EXPIRED';
      throw new CodedError(
        'UNAUTHENTICATED',
        expired ? 'The access token has expired. Sign in again.' : 'The access token is not valid. Sign in again.',
        { cause },
      );
    }
  };
}

/** Reads the issuer before verification, only to choose the keys that then must verify it. */
function issuerOf(token: string): string {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
    return typeof payload.iss === 'string' ? payload.iss : '';
  } catch {
    return '';
  }
}

const subjectOf = (viewer: Viewer): string => {
  if (viewer.kind === 'guest') return viewer.guestId;
  if (viewer.kind === 'customer') return viewer.customerId;
  if (viewer.kind === 'staff') return viewer.staffId;
  throw new Error(`no token is issued to a ${viewer.kind} viewer`);
};

const claimsOf = (viewer: Viewer): JWTPayload => ({
  kind: viewer.kind,
  ...(viewer.kind === 'customer' && viewer.guestId && { guestId: viewer.guestId }),
  ...(viewer.kind === 'staff' && { roles: viewer.roles }),
});

/** An external issuer that sends no `kind` vouches for customers only: staff must be said, never assumed. */
function viewerOf(claims: JWTPayload): Viewer {
  const id = claims.sub ?? '';
  const { kind = 'customer', guestId, roles } = claims as { kind?: unknown; guestId?: unknown; roles?: unknown };
  if (kind === 'guest') return { kind, guestId: id };
  if (kind === 'customer') return { kind, customerId: id, ...(typeof guestId === 'string' && { guestId }) };
  if (kind === 'staff') {
    const known = Array.isArray(roles) ? roles.filter((role): role is StaffRole => STAFF_ROLES.includes(role)) : [];
    return { kind, staffId: id, roles: known };
  }
  throw new CodedError('UNAUTHENTICATED', 'The access token is not valid. Sign in again.');
}
