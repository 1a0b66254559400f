import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import { argumentsOf } from '@cartograph/runtime/testing/npm-script';
import { createHandler } from 'graphql-http/lib/use/http';
import { expect, it, vi } from 'vitest';
import { compose } from './compose.ts';
import { pathText } from './engine.ts';
import { subgraphSchema } from './in-memory-subgraph.ts';
import { type Case, INADMISSIBLE, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** Of each kind of work over subgraphs one. */
const NAMES = [
  'fields that require fields of other subgraphs, which require others in turn',
  'entities by one key',
  'a key of several fields, some of them inside objects',
  'an interface that another subgraph extends as one object',
  'mutations over several subgraphs',
  'parts of an operation that a variable switches on and off',
  'nulls where none may be',
];
const CHOSEN = NAMES.map((name) => SCENARIOS.find((scenario) => scenario.name === name) as Scenario);

/** The subgraphs as anybody's are: servers of the reference implementation, which know nothing of our envelopes. */
async function openSubgraphs({ subgraphs, state }: Scenario) {
  const current = { state: state?.() };
  const opened = await Promise.all(
    Object.entries(subgraphs).map(async ([name, { sdl, resolvers }]) => {
      const schema = subgraphSchema(sdl, resolvers);
      const server = createServer(
        createHandler({ schema, context: () => current.state as Record<PropertyKey, unknown> }),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { name, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
    }),
  );
  const urls = new Map(opened.map(({ name, url }) => [name, url]));
  return {
    supergraph: compose(
      Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl])),
      (name) => urls.get(name) as string,
    ),
    /** For subgraphs that remember: nothing of the case before. */
    forget: () => {
      current.state = state?.();
    },
    close() {
      for (const { server } of opened) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** What `npm run router -- --supergraph FILE --port 0` runs, without npm, so that the signal reaches the router. */
function startRouter(file: string) {
  const child = spawn(process.execPath, [...argumentsOf('router'), '--supergraph', file, '--port', '0'], {
    cwd: fileURLToPath(ROOT),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const hear = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const says = (text: RegExp, times: number) =>
    vi.waitFor(() => expect(output.match(new RegExp(text, 'g')) ?? [], output).toHaveLength(times), {
      timeout: 120_000,
      interval: 50,
    });
  return {
    async url() {
      await says(/router listens/, 1);
      return /"url":"([^"]+)"/.exec(output)?.[1] as string;
    },
    /** It has so often taken up another supergraph. */
    reloaded: (times: number) => says(/supergraph reloaded/, times),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function expectAnswer(url: string, { query, variables = {}, data, errors = [] }: Case) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: unknown; errors?: { path?: (string | number)[] }[] };
  if (data === INADMISSIBLE) return expect(response.status).toBe(400);
  const places = [...new Set((body.errors ?? []).map((error) => pathText(error as never)))].sort();
  expect({ status: response.status, data: body.data, places }, query).toEqual({
    status: 200,
    data,
    places: [...errors].sort(),
  });
  expect(JSON.stringify(body.data), 'fields in the order of the operation').toBe(JSON.stringify(data));
}

it('a router that runs by itself answers for subgraphs that are not ours, one supergraph after another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-federation-'));
  const file = join(folder, 'supergraph.graphql');
  const opened = await Promise.all(CHOSEN.map(openSubgraphs));
  writeFileSync(file, opened[0]?.supergraph as string);
  const router = startRouter(file);
  try {
    const url = await router.url();
    for (const [index, scenario] of CHOSEN.entries()) {
      const { supergraph, forget } = opened[index] as (typeof opened)[number];
      if (index > 0) {
        writeFileSync(`${file}.new`, supergraph);
        renameSync(`${file}.new`, file);
      }
      await router.reloaded(index);
      for (const one of scenario.cases) {
        forget();
        await expectAnswer(url, one);
      }
    }
  } finally {
    await router.close();
    for (const { close } of opened) close();
    rmSync(folder, { recursive: true });
  }
}, 300_000);
