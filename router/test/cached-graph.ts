import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { createTokenIssuer, createTokenKey, createTokenVerifier, publicKeySet } from '@cartograph/runtime/access-token';
import { createEnvelopeSigner, ENVELOPE_HEADER, envelopeKey } from '@cartograph/runtime/envelope';
import { createLogger } from '@cartograph/runtime/logger';
import { allow } from '@cartograph/runtime/permissions';
import { createSubgraph } from '@cartograph/runtime/subgraph-server';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { parse } from 'graphql';
import type { Change } from '../src/caching/change-log.ts';
import { createRouter } from '../src/router.ts';
import { cache } from '../src/settings/cache.ts';
import { readSettings } from '../src/settings/settings-file.ts';

const LINK = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://cartograph.example/specs/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  enum cacheControl__Scope { PUBLIC PRIVATE }`;

const SDL = {
  products: `${LINK}
    type Query {
      product(id: ID!): Product
      products: [Product!]! @cacheControl(maxAge: 60)
      mine: [Product!]! @cacheControl(maxAge: 60, scope: PRIVATE)
      unmarked: String
      broken: String @cacheControl(maxAge: 60)
    }
    type Mutation { setPrice(id: ID!, price: Int!): Product }
    type Product @key(fields: "id") @cacheControl(maxAge: 60) { id: ID! name: String! price: Int! broken: Int }`,
  reviews: `${LINK}
    type Product @key(fields: "id") { id: ID! stars: Int note(in: String!): String }`,
};

const { supergraphSdl, errors } = composeServices(
  Object.entries(SDL).map(([name, sdl]) => ({ name, url: 'http://127.0.0.1:1', typeDefs: parse(sdl) })),
);
if (!supergraphSdl) throw new Error(errors?.join('\n'));

/** Two subgraphs that count what they are asked, and can be made to wait. */
async function openShop() {
  const prices = new Map([
    ['1', 10],
    ['2', 20],
  ]);
  const stars = new Map<string, number>();
  const asked: string[] = [];
  const gate = { held: undefined as Promise<void> | undefined };
  const product = async (id: string) => {
    asked.push(`product ${id}`);
    const price = prices.get(id);
    await gate.held;
    return price === undefined ? null : { id, name: `Name ${id}`, price };
  };
  const all = () => Promise.all([...prices.keys()].map(product));
  const broken = () => {
    throw new CodedError('CONFLICT');
  };
  const products = createSubgraph({
    name: 'products',
    typeDefs: SDL.products,
    resolvers: {
      Query: {
        product: (_: unknown, { id }: { id: string }) => product(id),
        products: all,
        mine: all,
        unmarked: async () => {
          asked.push('unmarked');
          await gate.held;
          return 'x';
        },
        broken,
      },
      Mutation: {
        setPrice: (_: unknown, { id, price }: { id: string; price: number }) => {
          prices.set(id, price);
          return { id, name: `Name ${id}`, price };
        },
      },
      Product: { broken, __resolveReference: ({ id }: { id: string }) => product(id) },
    },
    permissions: {
      Query: { product: allow, products: allow, mine: allow, unmarked: allow, broken: allow },
      Mutation: { setPrice: allow },
    },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, 'products'),
    logger: createLogger('products', 'silent'),
  });
  const reviews = createSubgraph({
    name: 'reviews',
    typeDefs: SDL.reviews,
    resolvers: {
      Product: {
        __resolveReference: ({ id }: { id: string }) => {
          asked.push(`review ${id}`);
          return { id, stars: stars.get(id) ?? Number(id) };
        },
        note: ({ id }: { id: string }, args: { in: string }) => `${id} in ${args.in}`,
      },
    },
    permissions: { Query: {}, Mutation: {} },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, 'reviews'),
    logger: createLogger('reviews', 'silent'),
  });
  const urls = { products: await products.listen(), reviews: await reviews.listen() };
  return {
    urls,
    prices,
    stars,
    /** What the subgraphs were asked since the last time. */
    asked: () => asked.splice(0),
    /** How much that is by now. */
    askedSoFar: () => asked.length,
    hold() {
      let open = () => {};
      gate.held = new Promise((resolve) => {
        open = () => {
          gate.held = undefined;
          resolve();
        };
      });
      return open;
    },
    close: () => Promise.all([products.close(), reviews.close()]),
  };
}

/** Says for a subgraph what changes, as its change feed would: also, all the time, that nothing has. */
function createSpeaker(feed: string, urls: () => readonly string[]) {
  const sign = createEnvelopeSigner(feed, (audience) => envelopeKey(TEST_SECRET, audience));
  const viewer: Viewer = { kind: 'service', service: feed };
  const epoch = Date.now();
  let sequence = 0;
  let queue = Promise.resolve();
  const post = (url: string, body: string, envelope = sign({ audience: 'router', viewer, requestId: 'r', body })) =>
    fetch(new URL('/purge', url), { method: 'POST', headers: { [ENVELOPE_HEADER]: envelope }, body });
  const say = (...changed: Change[]) => {
    queue = queue.then(async () => {
      sequence += 1;
      const body = JSON.stringify({ feed, epoch, sequence, saidAt: performance.now(), changed });
      await Promise.allSettled(urls().map((url) => post(url, body)));
    });
    return queue;
  };
  const timer = setInterval(() => void say(), 50);
  return { say, post, sign, silence: () => clearInterval(timer) };
}

export interface CachedGraphOptions {
  /** How many routers. */
  readonly routers?: number;
  readonly settings?: object;
  readonly redisUrl?: string;
  /** Which routers are told by the subgraphs; all unless said. */
  readonly told?: readonly number[];
}

export type Fetched = { readonly status: number; readonly headers: Headers; readonly body: any };

/** Routers that keep answers, in front of one shop. */
export async function openCachedGraph({ routers = 1, settings = {}, redisUrl, told }: CachedGraphOptions = {}) {
  const shop = await openShop();
  const supergraphFile = join(mkdtempSync(join(tmpdir(), 'cartograph-cached-')), 'supergraph.graphql');
  writeFileSync(supergraphFile, supergraphSdl as string);
  const keys = { keys: [await createTokenKey('k1')] };
  const opened = Array.from({ length: routers }, () =>
    createRouter(
      {
        port: 0,
        host: '127.0.0.1',
        supergraphFile,
        subgraphUrls: shop.urls,
        envelopeSecret: TEST_SECRET,
        issuers: [],
        production: false,
        corsOrigins: [],
        logLevel: 'silent',
        hotPath: true,
        executor: 'compiled',
        ...(redisUrl && { redisUrl }),
      },
      { ...readSettings({}), cache: cache.parse(settings) },
      {
        verifyToken: createTokenVerifier([{ issuer: 'cartograph', keySet: publicKeySet(keys) }]),
        logger: createLogger('router', 'silent'),
      },
    ),
  );
  const urls = await Promise.all(opened.map((router) => router.listen()));
  const listeners = () => (told ? urls.filter((_, index) => told.includes(index)) : urls);
  const speakers = { products: createSpeaker('products', listeners), reviews: createSpeaker('reviews', listeners) };
  // A feed that is heard for the first time ends what is shared between callers: no test begins in the middle of that.
  await Promise.all([speakers.products.say(), speakers.reviews.say()]);
  const issue = createTokenIssuer('cartograph', keys);
  return {
    urls,
    shop,
    speakers,
    async ask(
      query: string,
      { router = 0, variables = {}, viewer }: { router?: number; variables?: object; viewer?: Viewer } = {},
    ) {
      const token = viewer && (await issue(viewer, { lifetimeSeconds: 60, tokenId: 't' }));
      const response = await fetch(urls[router] as string, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
      });
      return ((await response.json()) as any).data;
    },
    async get(query: string, headers: Record<string, string> = {}): Promise<Fetched> {
      const response = await fetch(`${urls[0]}?${new URLSearchParams({ query })}`, { headers });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    async [Symbol.asyncDispose]() {
      for (const speaker of Object.values(speakers)) speaker.silence();
      await Promise.all(opened.map((router) => router.close()));
      await shop.close();
    },
  };
}

export type CachedGraph = Awaited<ReturnType<typeof openCachedGraph>>;
