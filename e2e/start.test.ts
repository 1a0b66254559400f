import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { asker } from './src/graph.ts';
import { freeBasePort, holdBasePort, lives, start } from './src/process.ts';
import { orderInput, settle } from './src/shop-operations.ts';

/** A data folder of its own, as a checkout of its own would have. */
function dataFolder() {
  const path = mkdtempSync(join(tmpdir(), 'cartograph-start-'));
  // Private to root, the database would move elsewhere: the user that it runs as could not enter.
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const postmasterPid = (folder: string) =>
  Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);

async function signIn(url: string) {
  const { data } = await asker(url)(
    'mutation { signIn(input: { email: "ada@example.com", password: "ada-demo-password" }) { ... on SignInSuccess { session { accessToken } } } }',
  );
  return asker(url, data.signIn.session.accessToken);
}

describe('npm start on the embedded database', () => {
  it('survives kill -9, keeps what it acknowledged, and stops with Ctrl-C, database included', async () => {
    using folder = dataFolder();
    const port = await freeBasePort();
    const url = `http://127.0.0.1:${port}/graphql`;
    const first = start(['--port', String(port)], { DATA_DIR: folder.path });
    await first.says('Ctrl-C stops everything');
    expect(first.output()).toContain(`${url}`);
    expect(first.output()).toContain('ada@example.com');
    const ada = await signIn(url);
    const { order } = await settle(ada, await orderInput(ada));
    first.child.kill('SIGKILL');
    await first.ended;

    const second = start(['--port', String(port)], { DATA_DIR: folder.path });
    await second.says('Ctrl-C stops everything');
    const again = await signIn(url);
    const { data } = await again('query ($id: ID!) { order(id: $id) { number total { amount } } }', { id: order.id });
    expect(data.order).toEqual({ number: order.number, total: { amount: order.total.amount } });

    const pid = postmasterPid(folder.path);
    expect(lives(pid)).toBe(true);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    await vi.waitFor(() => expect(lives(pid)).toBe(false), 10_000);
  }, 120_000);

  it('does not collide with another checkout', async () => {
    using one = dataFolder();
    using two = dataFolder();
    const ports = [await freeBasePort(), await freeBasePort()];
    await using first = start(['--port', String(ports[0])], { DATA_DIR: one.path });
    await using second = start(['--port', String(ports[1])], { DATA_DIR: two.path });
    await Promise.all([first.says('Ctrl-C stops'), second.says('Ctrl-C stops')]);
    expect(postmasterPid(one.path)).not.toBe(postmasterPid(two.path));
  }, 120_000);
});

describe('a start that cannot succeed', () => {
  const cases: readonly [name: string, env: Record<string, string>, says: RegExp][] = [
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgresql://shop:hunter22@127.0.0.1:1/shop' },
      /127\.0\.0\.1:1[\s\S]*(start|check)/i,
    ],
    ['a database URL that is none', { DATABASE_URL: 'nonsense' }, /DATABASE_URL/],
    ['a data folder that cannot be written', { DATA_DIR: '/dev/null/cartograph' }, /\/dev\/null\/cartograph/],
  ];
  it.each(cases)(
    'says what is wrong with %s, without a stack or a password',
    async (_case, env, says) => {
      const attempt = start(['--port', String(await freeBasePort())], env);
      expect(await attempt.ended).toBe(1);
      expect(attempt.output()).toMatch(says);
      expect(attempt.output()).not.toMatch(/hunter22|\n\s+at /);
    },
    60_000,
  );

  it('names the taken port and the way out, and leaves no database behind', async () => {
    using folder = dataFolder();
    await using held = await holdBasePort();
    const attempt = start(['--port', String(held.port)], { DATA_DIR: folder.path });
    expect(await attempt.ended).toBe(1);
    expect(attempt.output()).toContain(`Port ${held.port}`);
    expect(attempt.output()).toMatch(/in use/);
    expect(attempt.output()).not.toMatch(/\n\s+at /);
    expect(() => postmasterPid(folder.path)).toThrow();
  }, 60_000);
});
