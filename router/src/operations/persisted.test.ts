import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it, vi } from 'vitest';
import { createAutomaticOperations, type SharedDocuments, sha256 } from './automatic.ts';
import { readManifest } from './manifest.ts';
import { createPersistedOperations, isRefused, type ResolvedDocument, type Safelist } from './persisted.ts';

const logger = createLogger('router', 'silent');
const LISTED = 'query Listed { books { title } }';
const FREE = 'query Free { books { id } }';
const manifest = readManifest(
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: 'listed-1', name: 'Listed', type: 'query', body: LISTED }],
  }),
);

interface World {
  safelist?: Safelist;
  automatic?: boolean;
  maxEntries?: number;
  shared?: SharedDocuments;
}

function open({ safelist = 'off', automatic = true, maxEntries = 10, shared }: World = {}) {
  const options = { maxEntries, maxBytes: 100_000, lifetime: 1_000, logger, ...(shared && { shared }) };
  const persisted = createPersistedOperations({
    safelist,
    manifest: () => manifest,
    logger,
    ...(automatic && { automatic: createAutomaticOperations(options) }),
  });
  const byHash = (sha256Hash: unknown, query?: unknown) =>
    persisted.resolve({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } });
  return {
    ...persisted,
    byHash,
    async register(document: string) {
      persisted.admitted((await byHash(sha256(document), document)) as ResolvedDocument);
    },
  };
}

describe('a client that sends documents by their hash', () => {
  it('is asked for an unknown one, and then needs the hash alone', async () => {
    const world = open();
    expect(world.byHash(sha256(FREE))).toMatchObject({ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' });
    await world.register(FREE);
    expect(world.byHash(sha256(FREE))).toEqual({ document: FREE, hash: null });
  });

  it('registers nothing until the document was executed', () => {
    const world = open();
    expect(world.byHash(sha256(FREE), FREE)).toEqual({ document: FREE, hash: sha256(FREE) });
    expect(world.byHash(sha256(FREE))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it('cannot put a document under the hash of another', () => {
    expect(open().byHash(sha256(LISTED), FREE)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('pushes out only what was used before all others', async () => {
    const world = open({ maxEntries: 2 });
    await world.register(FREE);
    await world.register(LISTED);
    world.byHash(sha256(FREE));
    await world.register('{ me { id } }');
    expect(world.byHash(sha256(FREE))).toMatchObject({ document: FREE });
    expect(world.byHash(sha256(LISTED))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it('is told to send documents where hashes are not remembered', () => {
    const world = open({ automatic: false });
    expect(world.byHash(sha256(FREE))).toMatchObject({ status: 200, code: 'PERSISTED_QUERY_NOT_SUPPORTED' });
    expect(world.byHash(sha256(FREE), FREE)).toEqual({ document: FREE, hash: null });
  });

  it.each([[undefined], [null], [42], [{}], ['short'], ['x'.repeat(10_000)], [sha256(FREE).toUpperCase()]])(
    'and sends %s for a hash is refused',
    (hash) => {
      expect(open().byHash(hash)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(open().byHash(hash, FREE)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    },
  );

  it.each([
    [{ query: FREE, extensions: { persistedQuery: { version: 2, sha256Hash: sha256(FREE) } } }],
    [{ query: FREE, extensions: { persistedQuery: 'x' } }],
    [{ query: 42 }],
    [{ query: ['x'] }],
    [{ query: '' }],
    [{ extensions: {} }],
    [{}],
  ])('or anything else that is none is refused: %j', (reference) => {
    expect(open().resolve(reference)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it.each([undefined, null, 'text', {}, { other: 1 }])('sends what it likes in other extensions: %j', (extensions) => {
    expect(open().resolve({ query: FREE, extensions })).toEqual({ document: FREE, hash: null });
  });
});

describe('routers that share documents', () => {
  const shop = () => {
    const rows = new Map<string, string>();
    const shared: SharedDocuments = {
      get: async (hash) => rows.get(hash) ?? null,
      set: async (hash, document) => void rows.set(hash, document),
    };
    return { rows, shared };
  };

  it('know what was sent to one of them', async () => {
    const { shared } = shop();
    await open({ shared }).register(FREE);
    const other = open({ shared });
    expect(await other.byHash(sha256(FREE))).toEqual({ document: FREE, hash: null });
    // And from then on without asking.
    expect(other.byHash(sha256(FREE))).toEqual({ document: FREE, hash: null });
  });

  it('do not believe a store that has another document under the hash', async () => {
    const { rows, shared } = shop();
    rows.set(sha256(FREE), LISTED);
    expect(await open({ shared }).byHash(sha256(FREE))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it('tell each other when the store is back what they learned while it was down, as far as they still know it', async () => {
    const { rows, shared } = shop();
    let isDown = true;
    const flaky: SharedDocuments = {
      get: shared.get,
      set: (...args) => (isDown ? Promise.reject(new Error('connection refused')) : shared.set(...args)),
    };
    const world = open({ shared: flaky, maxEntries: 2 });
    for (const document of ['{ me { id } }', LISTED, FREE]) await world.register(document);
    isDown = false;
    await vi.waitFor(() => expect([...rows.values()].sort()).toEqual([FREE, LISTED].sort()), 5_000);
  });

  it('go on alone while the store is down', async () => {
    const down = async () => {
      throw new Error('connection refused');
    };
    const world = open({ shared: { get: down, set: down } });
    expect(await world.byHash(sha256(FREE))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    await world.register(FREE);
    expect(world.byHash(sha256(FREE))).toEqual({ document: FREE, hash: null });
  });
});

describe('where only the list is executed', () => {
  const world = open({ safelist: 'only', automatic: false });

  it('an operation of the list is, by its id, by its text, and by both', () => {
    const expected = { document: LISTED, hash: null };
    expect(world.byHash('listed-1')).toEqual(expected);
    expect(world.resolve({ query: LISTED })).toEqual(expected);
    expect(world.resolve({ query: 'query Listed{books{title}}' })).toEqual(expected);
    expect(world.byHash(sha256(LISTED), LISTED)).toEqual(expected);
  });

  it('everything else is refused with a code of its own', () => {
    expect(world.resolve({ query: FREE })).toMatchObject({ status: 403, code: 'QUERY_NOT_IN_SAFELIST' });
    expect(world.resolve({ query: 'not even GraphQL"' })).toMatchObject({ status: 403, code: 'QUERY_NOT_IN_SAFELIST' });
    expect(world.byHash(sha256(FREE), FREE)).toMatchObject({ status: 403, code: 'QUERY_NOT_IN_SAFELIST' });
    expect(world.byHash('unknown')).toMatchObject({ status: 404, code: 'PERSISTED_QUERY_NOT_IN_LIST' });
    expect(world.byHash(sha256(FREE))).toMatchObject({ status: 404, code: 'PERSISTED_QUERY_NOT_IN_LIST' });
  });

  it('a request without any document is a bad one', () => {
    expect(world.resolve({})).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('where the list is preferred', () => {
  it('ids of it are known, and hashes are remembered beside it', async () => {
    const world = open({ safelist: 'prefer' });
    expect(world.byHash('listed-1')).toEqual({ document: LISTED, hash: null });
    expect(world.byHash(sha256(FREE))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    await world.register(FREE);
    expect(world.byHash(sha256(FREE))).toEqual({ document: FREE, hash: null });
  });

  it('what is not in it is executed, and logged once without its text', () => {
    const warn = vi.fn();
    const persisted = createPersistedOperations({
      safelist: 'prefer',
      manifest: () => manifest,
      logger: { warn } as never,
    });
    for (const query of [FREE, FREE, LISTED]) expect(isRefused(persisted.resolve({ query }) as never)).toBe(false);
    expect(warn.mock.calls).toEqual([
      [{ hash: sha256(FREE), operation: 'Free' }, 'an operation that is not in the manifest'],
    ]);
  });
});
