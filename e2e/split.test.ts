import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedAll } from './src/demo.ts';
import { type AskAs, asker } from './src/graph.ts';
import { freeBasePort, run, type Started } from './src/process.ts';
import { orderInput, settle } from './src/shop-operations.ts';

const SUBGRAPHS = ['products', 'orders', 'payments', 'shipping', 'customers'] as const;

let processes: Record<string, Started> = {};
let env: Record<string, string>;
let url: string;
let end: () => Promise<void>;

/** Seven processes: five subgraphs, the router, the sandbox providers. */
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-split-'));
  chmodSync(folder, 0o755);
  const databases = await testDatabases();
  const base = await freeBasePort();
  const urls = Object.entries(databases.urls).map(([name, at]) => [`DATABASE_URL_${name.toUpperCase()}`, at]);
  env = { BASE_PORT: String(base), DATA_DIR: folder, LOG_LEVEL: 'error', ...Object.fromEntries(urls) };
  await seedAll(env);
  url = `http://127.0.0.1:${base}/graphql`;
  processes = {
    sandbox: run('sandbox', [], env),
    ...Object.fromEntries(SUBGRAPHS.map((name) => [name, run('subgraph', [name], env)])),
    router: run('router', [], env),
  };
  await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), {
    timeout: 90_000,
    interval: 200,
  });
  end = async () => {
    await Promise.all(Object.values(processes).map((one) => one[Symbol.asyncDispose]()));
    await databases[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
}, 120_000);
afterAll(() => end?.());

async function signIn(): Promise<AskAs> {
  const { data } = await asker(url)(
    'mutation { signIn(input: { email: "ada@example.com", password: "ada-demo-password" }) { ... on SignInSuccess { session { accessToken } } } }',
  );
  return asker(url, data.signIn.session.accessToken);
}

describe('each part in a process of its own', () => {
  it('place an order together', async () => {
    const ada = await signIn();
    const answer = await settle(ada, await orderInput(ada));
    expect(answer).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
  }, 60_000);

  it('lose one to kill -9: its fields are null with a code, the others answer, and it comes back', async () => {
    const ada = await signIn();
    processes.shipping?.child.kill('SIGKILL');
    await processes.shipping?.ended;
    const { data, errors } = await ada(
      '{ products(first: 1) { nodes { title deliveryEstimate(countryCode: "DE") { latest } } } }',
    );
    expect(data.products.nodes[0]).toEqual({ title: expect.any(String), deliveryEstimate: null });
    expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    processes.shipping = run('subgraph', ['shipping'], env);
    await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), {
      timeout: 60_000,
      interval: 200,
    });
    const answer = await settle(ada, await orderInput(ada));
    expect(answer.__typename).toBe('PlaceOrderSuccess');
  }, 120_000);

  it('an order whose process dies is finished by the next one, charged once', async () => {
    const ada = await signIn();
    const input = await orderInput(ada, { payment: { token: 'tok_timeout' } });
    // The provider has charged and does not answer: the checkout is in its middle for seconds.
    const first = settle(ada, input).catch(() => null);
    await vi.waitFor(async () => {
      const { data } = await ada('{ orders(first: 1, filter: { status: [PENDING] }) { nodes { id } } }');
      expect(data.orders.nodes).toHaveLength(1);
    }, 10_000);
    processes.orders?.child.kill('SIGKILL');
    await processes.orders?.ended;
    processes.orders = run('subgraph', ['orders'], env);
    await vi.waitFor(async () => expect((await fetch(new URL('/readyz', url))).status).toBe(200), {
      timeout: 60_000,
      interval: 200,
    });
    await first;
    const answer = await settle(ada, input);
    expect(answer).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
    const { data } = await ada(
      'query ($id: ID!) { order(id: $id) { total { amount } payments { status authorizedAmount { amount } } } }',
      {
        id: answer.order.id,
      },
    );
    const paid = data.order.payments.filter(({ status }: any) => status === 'AUTHORIZED' || status === 'CAPTURED');
    expect(paid).toHaveLength(1);
  }, 120_000);
});
