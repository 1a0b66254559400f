import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '@cartograph/runtime/database/embedded';
import { openAdmin } from '@cartograph/runtime/database/provision';
import { ROOT } from '@cartograph/runtime/sdl';
import { argumentsOf } from '@cartograph/runtime/testing/npm-script';
import { cpuMs, postmasterOf } from './cpu.ts';

const PORT = 24_000;
const FIRST_QUERY = JSON.stringify({ query: '{ products(first: 1) { nodes { title } } }' });

/** What `npm start` runs, in a data folder of its own. */
export interface Shop {
  readonly url: string;
  readonly pid: number;
  /** From spawn to the first answered query. */
  readonly startSeconds: number;
  /** CPU seconds of this process until then; PostgreSQL's own come on top. */
  readonly startCpuSeconds: number;
  stop(): Promise<void>;
}

/** One shopper buys here more often than anybody may: what is too often is counted, and not refused. */
const SETTINGS = 'rates: { enforced: false }\n';

/** A data folder that the system user of PostgreSQL can reach. */
export function createFolder() {
  const path = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function startShop(
  folder: string,
  {
    port = PORT,
    checkout = fileURLToPath(ROOT),
    node = process.execPath,
  }: { readonly port?: number; readonly checkout?: string; readonly node?: string } = {},
): Promise<Shop> {
  const url = `http://127.0.0.1:${port}/graphql`;
  const started = performance.now();
  const settings = join(folder, 'router.yaml');
  writeFileSync(settings, SETTINGS);
  const child = spawn(node, [...argumentsOf('start', checkout), '--port', String(port)], {
    cwd: checkout,
    // Parcels stay where they are: their way to the buyer is not a cost of the requests that happen meanwhile.
    env: { ...process.env, DATA_DIR: folder, ROUTER_SETTINGS: settings, CARRIER_SANDBOX_TEMPO_MS: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = child.pid as number;
  const stop = () => end(child);
  while (child.exitCode === null) {
    if (await answers(url)) {
      const startSeconds = (performance.now() - started) / 1000;
      return { url, pid, startSeconds, startCpuSeconds: cpuMs([pid]) / 1000, stop };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the shop did not start');
}

async function answers(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: FIRST_QUERY }).catch(() => null);
  return Boolean(answer?.ok && (await answer.text()).includes('"title"'));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}

/** A look into the shop's database from outside; `postmaster` is the process above all of the server's. */
export async function openDatabaseView(folder: string) {
  const embedded = await startEmbedded({ dir: join(folder, 'postgres') });
  const admin = await openAdmin(embedded.adminUrl);
  return {
    admin,
    postmaster: await postmasterOf(admin),
    async close() {
      await admin.end();
      await embedded.stop();
    },
  };
}
