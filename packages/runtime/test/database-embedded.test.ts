import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../src/database/embedded.ts';
import { withDatabase } from '../src/database/provision.ts';

const asRoot = process.getuid?.() === 0;
let home = '';
let dir = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cartograph-embedded-'));
  chmodSync(home, 0o755);
  dir = join(home, 'postgres');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = (log?: (message: string) => void) => startEmbedded({ dir, durable: false, ...(log && { log }) });

async function ask(adminUrl: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: withDatabase(adminUrl, 'postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

/** Another process that uses the same folder, in a process group of its own, as a terminal would start it. */
async function hold(): Promise<{ child: ChildProcess; adminUrl: string; nextLine(): Promise<string> }> {
  const script = fileURLToPath(new URL('hold-database.ts', import.meta.url));
  const args = ['--import', 'tsx', script, dir];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const nextLine = async () => String((await once(child.stdout as NodeJS.EventEmitter, 'data'))[0]).trim();
  return { child, adminUrl: await nextLine(), nextLine };
}

const running = (): boolean => existsSync(join(dir, 'data', 'postmaster.pid'));

describe('the embedded database', () => {
  it('starts, keeps its password to itself, and stops', async () => {
    const database = await start();
    expect(database.owned).toBe(true);
    expect(await ask(database.adminUrl, 'SHOW shared_preload_libraries')).toBe('pg_stat_statements');
    expect(await ask(database.adminUrl, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(statSync(join(dir, 'password')).mode & 0o077).toBe(0);
    await database.stop();
    expect(running()).toBe(false);
  });

  it('keeps its data and its port over a restart', async () => {
    const first = await start();
    await ask(first.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS number');
    await first.stop();
    const second = await start();
    expect(second.adminUrl).toBe(first.adminUrl);
    expect(await ask(second.adminUrl, 'SELECT number FROM kept')).toBe(7);
    await second.stop();
  });

  it('is taken over after kill -9 of the process that started it, and stopped by the one that took it', async () => {
    const { child, adminUrl } = await hold();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const database = await start();
    expect(database).toMatchObject({ owned: false, adminUrl });
    await database.stop();
    expect(running()).toBe(false);
  });

  it('recovers when the server itself was killed', async () => {
    const first = await start();
    const pid = Number(readFileSync(join(dir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    const second = await start();
    expect(await ask(second.adminUrl, 'SELECT 1')).toBe(1);
    await Promise.all([first.stop(), second.stop()]);
    expect(running()).toBe(false);
  });

  it('is shared by two commands, and ends with the last of them', async () => {
    const { child, adminUrl, nextLine } = await hold();
    const database = await start();
    const stopped = nextLine();
    child.kill('SIGINT');
    expect(await stopped).toBe('stopped');
    expect(await ask(adminUrl, 'SELECT 1')).toBe(1);
    await database.stop();
    expect(running()).toBe(false);
  });

  it('outlives Ctrl-C in the terminal until the process that uses it lets go', async () => {
    const { child, nextLine } = await hold();
    const stopped = nextLine();
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await stopped).toBe('stopped');
    expect(running()).toBe(false);
  });

  it('starts once when two processes start it at the same moment', async () => {
    const both = await Promise.all([start(), start()]);
    expect(both.map(({ owned }) => owned).sort()).toEqual([false, true]);
    await Promise.all(both.map((database) => database.stop()));
    expect(running()).toBe(false);
  });

  it('begins afresh after initdb was cut short', async () => {
    const half = join(dir, 'initdb-1', 'data');
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, 'PG_VERSION'), '18\n');
    writeFileSync(join(dir, 'lock'), '999999999'); // Left by the process that was killed.
    const database = await start();
    expect(await ask(database.adminUrl, 'SELECT 1')).toBe(1);
    expect(existsSync(join(dir, 'initdb-1'))).toBe(false);
    await database.stop();
  });

  it('moves to another port when its own was taken', async () => {
    const first = await start();
    await first.stop();
    const { port } = new URL(first.adminUrl);
    const squatter = createServer().listen(Number(port), '127.0.0.1');
    await once(squatter, 'listening');
    const second = await start();
    expect(new URL(second.adminUrl).port).not.toBe(port);
    await second.stop();
    squatter.close();
  });

  it('is not misled by a process number that now belongs to another program', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${dir}/data\n0\n1\n\n127.0.0.1\n`);
    const second = await start();
    expect(second.owned).toBe(true);
    await second.stop();
  });

  it('says what to do when its folder cannot be written', async () => {
    writeFileSync(dir, 'a file where a folder should be');
    await expect(start()).rejects.toThrow(/cannot be written .*Give yourself the right to write there.*DATABASE_URL/);
  });

  it.runIf(asRoot)('puts its data elsewhere, and says so, when root starts it in a private folder', async () => {
    chmodSync(home, 0o700);
    const said: string[] = [];
    const database = await start((message) => said.push(message));
    expect(said.join()).toMatch(/cannot be reached by the system user/);
    const data = String(await ask(database.adminUrl, 'SHOW data_directory'));
    await database.stop();
    const moved = data.replace(/\/data$/, '');
    expect(moved.startsWith(home)).toBe(false);
    expect(said.join()).toContain(moved);
    rmSync(moved, { recursive: true });
  });
});
