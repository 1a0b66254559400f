import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import type { Ports } from '../../scripts/settings.ts';
import { openTopology } from '../../scripts/topology.ts';

/** So many ports that nobody listens on. Taken all at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function freePortMap(): Promise<Ports> {
  const [router, products, orders, payments, shipping, customers, one, two, three] = (await freePorts(9)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    router,
    subgraphs: { products, orders, payments, shipping, customers },
    sandbox: { payments: one, carrier: two, messages: three },
  };
}

export interface Response {
  readonly status: number;
  readonly data: any;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

export type AskAs = (query: string, variables?: object) => Promise<Response>;

/** Asks like a browser: over HTTP, with an access token or as a stranger. */
export const asker =
  (url: string, accessToken?: string): AskAs =>
  async (query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as object) } as Response;
  };

/** The whole shop with its demo, in one process on free ports, on a database of its own. */
export async function openShop(env: Record<string, string> = {}) {
  const databases = await testDatabases();
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-e2e-'));
  const ports = await freePortMap();
  const urls = Object.fromEntries(
    Object.entries(databases.urls).map(([name, url]) => [`DATABASE_URL_${name.toUpperCase()}`, url]),
  );
  const topology = await openTopology({
    ports,
    env: { LOG_LEVEL: 'error', DATA_DIR: folder, ...urls, ...env },
    log: () => {},
    demo: true,
  });
  const stranger = asker(topology.url);
  return {
    url: topology.url,
    folder,
    ports,
    databases,
    stranger,
    async signIn(email = 'ada@example.com', password = 'ada-demo-password'): Promise<AskAs> {
      const { data } = await stranger(
        'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInSuccess { session { accessToken } } } }',
        { input: { email, password } },
      );
      return asker(topology.url, data.signIn.session.accessToken);
    },
    async signInStaff(email = 'admin@example.com', password = 'admin-demo-password'): Promise<AskAs> {
      const { data } = await stranger(
        'mutation ($input: SignInInput!) { signInStaff(input: $input) { ... on SignInStaffSuccess { session { accessToken } } } }',
        { input: { email, password } },
      );
      return asker(topology.url, data.signInStaff.session.accessToken);
    },
    async guest(): Promise<AskAs> {
      const { data } = await stranger('mutation { startGuestSession { accessToken } }');
      return asker(topology.url, data.startGuestSession.accessToken);
    },
    async [Symbol.asyncDispose]() {
      await topology.close();
      await databases[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
