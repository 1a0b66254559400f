import { describe, expect, it } from 'vitest';
import { createOAuthClient, createRefreshedTokens, createTokenCache, type OAuthClientOptions } from '../src/oauth.ts';
import { json, openDouble } from './provider-double.ts';

const client = (url: string, options: Partial<OAuthClientOptions> = {}) =>
  createOAuthClient({
    ...{ provider: 'carrier', tokenUrl: `${url}/token`, consent: { url: `${url}/authorize` }, timeoutMs: 1_000 },
    ...{ clientId: 'shop', clientSecret: 'secret of the shop' },
    ...options,
  });

/** Gives tokens with numbers, and a new refresh token with each. */
async function openTokens(seconds: number | string = 3_600) {
  let count = 0;
  const seen: string[] = [];
  const double = await openDouble((request, response) => {
    count += 1;
    seen.push(request.headers.authorization ?? '');
    json(response, 200, {
      ...{
        access_token: `access-${count}`,
        token_type: 'bearer',
        expires_in: seconds,
        refresh_token: `refresh-${count}`,
      },
    });
  });
  return { ...double, seen };
}

describe('access by OAuth 2.0', () => {
  it('is asked for once, however many wait for it', async () => {
    await using double = await openTokens();
    const cache = createTokenCache(client(double.url).clientCredentials);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => cache.accessToken()));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(double.bodies).toEqual(['grant_type=client_credentials']);
    expect(double.seen[0]).toMatch(/^Basic /);
    cache.forget('access-0');
    expect(await cache.accessToken()).toBe('access-1');
    cache.forget('access-1');
    expect(await cache.accessToken()).toBe('access-2');
  });

  it('is asked for with plain keys, for providers that decode nothing', async () => {
    await using double = await openTokens();
    const keys = { clientId: 'a-b', clientSecret: 'c_d' };
    await client(double.url, { ...keys, authentication: 'plain-basic' }).clientCredentials();
    expect(double.seen).toEqual([`Basic ${Buffer.from('a-b:c_d').toString('base64')}`]);
  });

  it('is renewed before it ends, also where its seconds are a text', async () => {
    await using double = await openTokens('120');
    let now = 0;
    const clock = () => now;
    const cache = createTokenCache(client(double.url, { clock }).clientCredentials, clock);
    await cache.accessToken();
    now = 59_000;
    expect(await cache.accessToken()).toBe('access-1');
    now = 61_000;
    expect(await cache.accessToken()).toBe('access-2');
  });

  it('keeps the new refresh token before the new access token is used', async () => {
    await using double = await openTokens();
    let kept = 'refresh-0';
    const tokens = {
      read: async () => kept,
      write: async (token: string) => {
        kept = token;
      },
    };
    const cache = createRefreshedTokens(client(double.url, { authentication: 'post' }), tokens);
    await Promise.all([cache.accessToken(), cache.accessToken()]);
    cache.forget();
    await cache.accessToken();
    expect(kept).toBe('refresh-2');
    expect(double.bodies.map((body) => new URLSearchParams(body).get('refresh_token'))).toEqual([
      'refresh-0',
      'refresh-1',
    ]);
    expect(new URLSearchParams(double.bodies[0]).get('client_secret')).toBe('secret of the shop');
  });

  it('comes by a code that only who began it can use', async () => {
    await using double = await openTokens();
    const one = client(double.url);
    const redirect = 'http://127.0.0.1:1/connected';
    const { url, ...begun } = await one.authorizationUrl(redirect);
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: 'shop', code_challenge_method: 'S256', state: begun.state },
    });
    const returned = (state: string) => new URL(`${redirect}?code=c1&state=${state}`);
    await expect(one.connect(returned('another'), begun, redirect)).rejects.toThrow('not the address');
    const refused = new URL(`${redirect}?error=access_denied&state=${begun.state}`);
    await expect(one.connect(refused, begun, redirect)).rejects.toThrow('access_denied');
    expect(double.bodies).toEqual([]);
    expect(await one.connect(returned(begun.state), begun, redirect)).toMatchObject({ refreshToken: 'refresh-1' });
    expect(Object.fromEntries(new URLSearchParams(double.bodies[0]))).toMatchObject({
      ...{ grant_type: 'authorization_code', code: 'c1', code_verifier: begun.verifier },
    });
  });

  it('comes from a page with names of its own, too', async () => {
    await using double = await openTokens();
    const page = `${double.url}/consent?version=beta`;
    const one = client(double.url, {
      consent: { url: page, client: { application: 'app-1' }, codeName: 'their_code' },
    });
    const redirect = 'https://shop.example.com/connected';
    const { url, ...begun } = await one.authorizationUrl(redirect);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      ...{ version: 'beta', application: 'app-1', redirect_uri: redirect, state: begun.state },
    });
    const returned = new URL(`${redirect}?their_code=c2&state=${begun.state}&seller=S1`);
    expect(await one.connect(returned, begun, redirect)).toMatchObject({ refreshToken: 'refresh-1' });
    expect(Object.fromEntries(new URLSearchParams(double.bodies[0]))).toEqual({
      ...{ grant_type: 'authorization_code', code: 'c2', redirect_uri: redirect },
    });
  });

  it('that is refused says why, and one that nobody answered can be asked again', async () => {
    let status = 401;
    await using double = await openDouble((_request, response) => json(response, status, { error: 'invalid_client' }));
    const cache = createTokenCache(client(double.url).clientCredentials);
    await expect(cache.accessToken()).rejects.toThrow('carrier gives no access token: invalid_client');
    await expect(cache.accessToken()).rejects.not.toThrow('secret of the shop');
    status = 503;
    await expect(cache.accessToken()).rejects.toMatchObject({ name: 'Unavailable' });
  });
});
