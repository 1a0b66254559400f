import type { IncomingMessage } from 'node:http';
import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { createAddressOf } from '../http/address-of.ts';
import type { Identity } from '../http/identity.ts';
import { type AccessParts, createAccess } from './access.ts';

const VIEWERS: Readonly<Record<string, Viewer>> = {
  'Bearer staff': { kind: 'staff', staffId: 's1', roles: ['SUPPORT'] },
  'Bearer customer': { kind: 'customer', customerId: 'c1' },
  'Bearer service': { kind: 'service', service: 'orders' },
};

const identity: Identity = {
  peek: (token) => (token === undefined ? ANONYMOUS : undefined),
  identify: async (token = '') =>
    VIEWERS[token] ?? { status: 401, code: 'UNAUTHENTICATED', message: 'a bad token', headers: {} },
};

function statusOf(
  headers: Record<string, string>,
  {
    from = '127.0.0.1',
    httpVersion = '1.1',
    ...rest
  }: Partial<AccessParts> & { from?: string; httpVersion?: string } = {},
) {
  const parts = { identity, addressOf: createAddressOf([]), loopback: 'always', production: true, ...rest } as const;
  const request = { headers: { host: '127.0.0.1:4000', ...headers }, socket: { remoteAddress: from }, httpVersion };
  return createAccess(parts)(request as unknown as IncomingMessage).then((refused) => refused?.status ?? 200);
}

describe('who may see how the router does', () => {
  it.each([
    ['staff', { authorization: 'Bearer staff' }, 200],
    ['a customer', { authorization: 'Bearer customer' }, 403],
    ['a service', { authorization: 'Bearer service' }, 403],
    ['a bad token', { authorization: 'Bearer nonsense' }, 401],
    ['a stranger', {}, 401],
  ])('is decided by the token of %s', async (_who, headers, status) => {
    expect(await statusOf(headers, { from: '203.0.113.9' })).toBe(status);
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.8.8'])(
    'may be somebody on this machine (%s)',
    async (from) => {
      for (const host of ['127.0.0.1:4000', 'localhost:4000', 'LOCALHOST', '[::1]:4000'])
        expect(await statusOf({ host }, { from })).toBe(200);
    },
  );

  it('is somebody on this machine only where the settings say so', async () => {
    const allowed = (loopback: AccessParts['loopback'], production: boolean) => statusOf({}, { loopback, production });
    expect(await allowed('always', true)).toBe(200);
    expect(await allowed('development', false)).toBe(200);
    expect(await allowed('development', true)).toBe(401);
    expect(await allowed('never', false)).toBe(401);
  });

  it.each([
    ['whom a proxy on this machine brings', { 'x-forwarded-for': '203.0.113.9' }],
    ['whom a proxy that hides it brings', { via: '1.1 proxy' }],
    ['whose name for this machine is another', { host: 'shop.example' }],
    ['whose name begins like this machine', { host: '127.0.0.1.evil.example' }],
    ['who comes from the page of another site', { origin: 'https://evil.example' }],
    ['whose browser says that it is another site', { 'sec-fetch-site': 'cross-site' }],
  ])('is nobody %s', async (_who, headers: Record<string, string>) => {
    expect(await statusOf(headers)).toBe(401);
  });

  it('is nobody from elsewhere, whatever they call this machine', async () => {
    expect(await statusOf({ host: 'localhost' }, { from: '10.0.0.7' })).toBe(401);
    expect(await statusOf({}, { httpVersion: '1.0' })).toBe(401);
  });

  it('is nobody who comes by a proxy that is trusted, be it from this machine', async () => {
    const addressOf = createAddressOf(['127.0.0.1']);
    expect(await statusOf({ 'x-forwarded-for': '127.0.0.1' }, { addressOf })).toBe(401);
  });
});
