import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { CodedError } from '@cartograph/kernel/errors';
import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { createTokenIssuer, createTokenKey, createTokenVerifier, publicKeySet } from '@cartograph/runtime/access-token';
import { currentRequestId } from '@cartograph/runtime/current-request';
import { envelopeKey } from '@cartograph/runtime/envelope';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { allow } from '@cartograph/runtime/permissions';
import { createSubgraph } from '@cartograph/runtime/subgraph-server';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { parse } from 'graphql';
import type { RouterConfig } from '../src/config.ts';
import { createRouter } from '../src/router.ts';
import { type RouterSettings, readSettings } from '../src/settings/settings-file.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])';

export const SDL = {
  books: `${LINK}
    type Query { books: [Book!]! whoAmI: String! boom: String busy: String hidden: String @inaccessible }
    type Mutation { addBook(title: String!, book: BookInput): Book }
    input BookInput { title: String! pages: Int }
    type Book @key(fields: "id") { id: ID! title: String! }`,
  reviews: `${LINK}
    type Book @key(fields: "id") { id: ID! stars: Int }`,
};

const books = {
  Query: {
    books: () => [{ id: '1', title: 'Atlas' }],
    whoAmI: (_: unknown, __: unknown, { viewer }: { viewer: Viewer }) =>
      JSON.stringify({ viewer, requestId: currentRequestId() }),
    boom: () => {
      throw new Error('relation "book" does not exist at 10.0.0.7');
    },
    busy: () => {
      throw new CodedError('CONFLICT');
    },
    hidden: () => 'inside',
  },
  Mutation: { addBook: (_: unknown, { title }: { title: string }) => ({ id: '2', title }) },
  Book: { __resolveReference: ({ id }: { id: string }) => ({ id, title: 'Atlas' }) },
};

const reviews = { Book: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: 5 }) } };

const open = (name: keyof typeof SDL, resolvers: object, tracesUrl?: string) =>
  createSubgraph({
    name,
    typeDefs: SDL[name],
    resolvers,
    permissions: {
      Query: name === 'books' ? { books: allow, whoAmI: allow, boom: allow, busy: allow, hidden: allow } : {},
      Mutation: name === 'books' ? { addBook: allow } : {},
    },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, name),
    logger: createLogger(name, 'silent'),
    tracesUrl,
  });

export const composed = (sdl: Record<string, string>): string => {
  const services = Object.entries(sdl).map(([name, text]) => ({
    name,
    url: 'http://127.0.0.1:1/graphql',
    typeDefs: parse(text),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.join('\n'));
  return supergraphSdl;
};

/** A server that takes a request and never answers. */
async function blackHole() {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Ask = (
  body: object,
  headers?: Record<string, string>,
) => Promise<{ status: number; headers: Headers; body: any; text: string }>;

/** A router over two real subgraphs on loopback. `reviews` can be a black hole or down. */
export async function openGraph(
  options: {
    reviews?: 'up' | 'black hole' | 'down';
    config?: Partial<RouterConfig>;
    settings?: Partial<RouterSettings>;
    logger?: Logger;
    /** Where router and subgraphs send their traces. */
    tracesUrl?: string;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-router-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composed(SDL));
  const hole = await blackHole();
  const { tracesUrl } = options;
  const subgraphs = [open('books', books, tracesUrl), open('reviews', reviews, tracesUrl)];
  const [booksUrl = '', reviewsUrl = ''] = await Promise.all(subgraphs.map((one) => one.listen()));
  const reviewsAt = { up: reviewsUrl, 'black hole': hole.url, down: 'http://127.0.0.1:1/graphql' }[
    options.reviews ?? 'up'
  ];
  const keys = { keys: [await createTokenKey('k1')] };
  const standard = readSettings({});
  // Where everything answers, a busy machine should not make anything fail.
  const timeout = options.reviews === 'black hole' ? 300 : 5_000;
  const all = { ...standard.resilience.all, queryTimeout: timeout, mutationTimeout: timeout };
  const quick = { ...standard, resilience: { ...standard.resilience, all } };
  const router = createRouter(
    {
      port: 0,
      host: '127.0.0.1',
      supergraphFile,
      subgraphUrls: { books: booksUrl, reviews: reviewsAt },
      envelopeSecret: TEST_SECRET,
      issuers: [],
      production: false,
      corsOrigins: [],
      logLevel: 'silent',
      hotPath: true,
      executor: 'compiled',
      ...(tracesUrl && { tracesUrl }),
      ...options.config,
    },
    { ...quick, ...options.settings },
    {
      verifyToken: createTokenVerifier([{ issuer: 'cartograph', keySet: publicKeySet(keys) }]),
      logger: options.logger ?? createLogger('router', 'silent'),
    },
  );
  const url = await router.listen();
  const ask: Ask = async (body, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : null,
    };
  };
  return {
    url,
    ask,
    issue: createTokenIssuer('cartograph', keys),
    anonymous: ANONYMOUS,
    /** Replaces the supergraph file in one step, as a deployment does. */
    publish(sdl: string) {
      writeFileSync(`${supergraphFile}.next`, sdl);
      renameSync(`${supergraphFile}.next`, supergraphFile);
    },
    async [Symbol.asyncDispose]() {
      await router.close();
      await Promise.all(subgraphs.map((one) => one.close()));
      hole.close();
    },
  };
}
