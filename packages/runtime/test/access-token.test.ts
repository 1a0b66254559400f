import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '@cartograph/kernel/viewer';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import {
  createTokenIssuer,
  createTokenKey,
  createTokenVerifier,
  publicKeySet,
  TOKEN_AUDIENCE,
  type TokenKeys,
} from '../src/access-token.ts';

const ISSUER = 'https://shop.test';
const ADA: Viewer = { kind: 'customer', customerId: 'Customer:ada' };
const LIFE = { lifetimeSeconds: 60, tokenId: 'Token:1' };
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED' };

const verifierOf = (...keys: JWK[]) => createTokenVerifier([{ issuer: ISSUER, keySet: publicKeySet({ keys }) }]);

/** A token whose every part is chosen by the test. */
async function forge(
  key: JWK,
  {
    alg = 'EdDSA',
    claims = {},
    expires = '60s',
  }: { alg?: string; claims?: JWTPayload; expires?: string | number } = {},
): Promise<string> {
  return new SignJWT({ iss: ISSUER, aud: TOKEN_AUDIENCE, sub: 'Customer:ada', kind: 'customer', ...claims })
    .setProtectedHeader({ alg, kid: key.kid ?? 'none' })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(await importJWK(key, alg));
}

/** Somebody else's key set, over HTTP. */
async function serveKeys(keys: { current: readonly JWK[] }) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(publicKeySet({ keys: keys.current })));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    asked: () => asked,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}

describe('an access token', () => {
  it('brings back the viewer it was issued to', async () => {
    const key = await createTokenKey('one');
    const issue = createTokenIssuer(ISSUER, { keys: [key] });
    const viewers: Viewer[] = [
      ADA,
      { kind: 'customer', customerId: 'Customer:ada', guestId: 'Guest:1' },
      { kind: 'guest', guestId: 'Guest:1' },
      { kind: 'staff', staffId: 'Staff:1', roles: ['ADMIN', 'SUPPORT'] },
    ];
    for (const viewer of viewers) expect(await verifierOf(key)(`Bearer ${await issue(viewer, LIFE)}`)).toEqual(viewer);
    await expect(issue({ kind: 'service', service: 'orders' }, LIFE)).rejects.toThrow('no token is issued');
    await expect(issue({ kind: 'anonymous' }, LIFE)).rejects.toThrow('no token is issued');
  });

  it('is not needed: without one the viewer is anonymous, with a malformed one an error', async () => {
    const verify = verifierOf(await createTokenKey('one'));
    expect(await verify(undefined)).toEqual({ kind: 'anonymous' });
    expect(await verify('')).toEqual({ kind: 'anonymous' });
    for (const header of [
      'Bearer',
      'Bearer ',
      'Bearer x',
      'Basic YTpi',
      'Bearer a.b',
      'Bearer a.b.c.d',
      'Bearer ..',
      'token a.b.c',
    ])
      await expect(verify(header), header).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('stays good while keys rotate: a new key signs, the old one still verifies until it is dropped', async () => {
    const [old, next] = [await createTokenKey('2026-01'), await createTokenKey('2026-02')];
    const before: TokenKeys = { keys: [old] };
    const during: TokenKeys = { keys: [next, old] };
    const oldToken = await createTokenIssuer(ISSUER, before)(ADA, LIFE);
    const newToken = await createTokenIssuer(ISSUER, during)(ADA, LIFE);
    expect(JSON.parse(Buffer.from(newToken.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: '2026-02',
    });
    for (const token of [oldToken, newToken]) expect(await verifierOf(next, old)(`Bearer ${token}`)).toEqual(ADA);
    await expect(verifierOf(next)(`Bearer ${oldToken}`)).rejects.toMatchObject(UNAUTHENTICATED);
    // Who has not heard of the new key yet does not believe it.
    await expect(verifierOf(old)(`Bearer ${newToken}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('that has expired says so, and one that was never to expire is refused', async () => {
    const key = await createTokenKey('one');
    const expired = await forge(key, { expires: Math.floor(Date.now() / 1000) - 60 });
    await expect(verifierOf(key)(`Bearer ${expired}`)).rejects.toMatchObject({
      ...UNAUTHENTICATED,
      message: 'The access token has expired. Sign in again.',
    });
    const endless = await new SignJWT({ kind: 'customer' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'one' })
      .setIssuer(ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject('Customer:ada')
      .sign(await importJWK(key, 'EdDSA'));
    await expect(verifierOf(key)(`Bearer ${endless}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('that was forged is refused: other key, changed claims, no signature, public key as a secret', async () => {
    const key = await createTokenKey('one');
    const verify = verifierOf(key);
    const good = await createTokenIssuer(ISSUER, { keys: [key] })(ADA, LIFE);
    expect(await verify(`Bearer ${good}`)).toEqual(ADA);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const asStaff = encode({ ...claims, kind: 'staff', roles: ['ADMIN'] });

    const sameName = await createTokenKey('one');
    const secret: JWK = { kty: 'oct', k: publicKeySet({ keys: [key] }).keys[0]?.x ?? '', kid: 'one', alg: 'HS256' };
    const forged = [
      await forge(sameName),
      await forge(secret, { alg: 'HS256' }),
      `${header}.${asStaff}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${payload}.`,
      `${encode({ alg: 'none' })}.${asStaff}.`,
      `${encode({ alg: 'none' })}.${asStaff}.AA`,
      `${encode({ alg: 'NONE', kid: 'one' })}.${asStaff}.${signature}`,
      // A key that the token itself brings along.
      `${encode({ alg: 'EdDSA', jwk: publicKeySet({ keys: [sameName] }).keys[0] })}.${asStaff}.${(await forge(sameName)).split('.')[2]}`,
    ];
    for (const token of forged) await expect(verify(`Bearer ${token}`), token).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('of another issuer or for another audience is refused, also when our own key signed it', async () => {
    const key = await createTokenKey('one');
    for (const claims of [
      { iss: 'https://evil.test' },
      { iss: `${ISSUER}/` },
      { aud: 'another-shop' },
      { aud: [] },
    ] as JWTPayload[])
      await expect(verifierOf(key)(`Bearer ${await forge(key, { claims })}`)).rejects.toMatchObject(UNAUTHENTICATED);
    // Two trusted issuers do not vouch for each other.
    const theirs = await createTokenKey('theirs');
    const both = createTokenVerifier([
      { issuer: ISSUER, keySet: publicKeySet({ keys: [key] }) },
      { issuer: 'https://id.test', keySet: publicKeySet({ keys: [theirs] }) },
    ]);
    expect(await both(`Bearer ${await forge(theirs, { claims: { iss: 'https://id.test' } })}`)).toEqual(ADA);
    await expect(both(`Bearer ${await forge(theirs)}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('that names no known kind of viewer or unknown roles gives nothing by it', async () => {
    const key = await createTokenKey('one');
    const verify = verifierOf(key);
    for (const kind of ['service', 'anonymous', 'root', 7])
      await expect(verify(`Bearer ${await forge(key, { claims: { kind } })}`)).rejects.toMatchObject(UNAUTHENTICATED);
    const staff = await forge(key, { claims: { kind: 'staff', roles: ['ADMIN', 'OWNER', 7] } });
    expect(await verify(`Bearer ${staff}`)).toEqual({ kind: 'staff', staffId: 'Customer:ada', roles: ['ADMIN'] });
    const roleless = await forge(key, { claims: { kind: 'staff', roles: 'ADMIN' } });
    expect(await verify(`Bearer ${roleless}`)).toMatchObject({ kind: 'staff', roles: [] });
  });
});

describe('an external issuer', () => {
  it('is believed by the keys at its URL, which are asked for once and again when a new key signs', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const first: JWK = { ...(await exportJWK(privateKey)), kid: 'rsa', alg: 'RS256', use: 'sig' };
    const keys = { current: [publicOf(first)] };
    await using server = await serveKeys(keys);
    const verify = createTokenVerifier([{ issuer: 'https://id.test', audience: 'shop', jwksUrl: server.url }]);
    const claims = { iss: 'https://id.test', aud: 'shop', sub: 'auth0|ada', kind: undefined };
    const token = await forge(first, { alg: 'RS256', claims });
    // Without a kind it vouches for customers only.
    for (let i = 0; i < 3; i += 1)
      expect(await verify(`Bearer ${token}`)).toEqual({ kind: 'customer', customerId: 'auth0|ada' });
    expect(server.asked()).toBe(1);
    const wrongAudience = await forge(first, { alg: 'RS256', claims: { ...claims, aud: TOKEN_AUDIENCE } });
    await expect(verify(`Bearer ${wrongAudience}`)).rejects.toMatchObject(UNAUTHENTICATED);
    const next = await createTokenKey('next');
    await expect(verify(`Bearer ${await forge(next, { claims })}`)).rejects.toMatchObject(UNAUTHENTICATED);

    // They rotate: their new key is asked for, though not more often than twice a minute.
    keys.current = [next, publicOf(first)];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    try {
      const rotated = await forge(next, { claims });
      expect(await verify(`Bearer ${rotated}`)).toEqual({ kind: 'customer', customerId: 'auth0|ada' });
      const before = server.asked();
      const stranger = await forge(await createTokenKey('stranger'), { claims });
      for (let i = 0; i < 5; i += 1) await expect(verify(`Bearer ${stranger}`)).rejects.toMatchObject(UNAUTHENTICATED);
      expect(server.asked()).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });

  it('whose URL does not answer lets nobody in and takes nobody else down', async () => {
    const own = await createTokenKey('own');
    const verify = createTokenVerifier([
      { issuer: ISSUER, keySet: publicKeySet({ keys: [own] }) },
      { issuer: 'https://id.test', jwksUrl: 'http://127.0.0.1:1/jwks.json' },
    ]);
    const theirs = await forge(await createTokenKey('x'), { claims: { iss: 'https://id.test' } });
    await expect(verify(`Bearer ${theirs}`)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await verify(`Bearer ${await forge(own)}`)).toEqual(ADA);
  });
});

describe('the public key set', () => {
  it('has no private part of any kind of key', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const rsa: JWK = { ...(await exportJWK(privateKey)), kid: 'rsa', alg: 'RS256' };
    const { keys } = publicKeySet({ keys: [await createTokenKey('one'), rsa] });
    for (const key of keys)
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part);
  });
});

function publicOf({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { kty, n, e, kid, alg, use } as JWK;
}
