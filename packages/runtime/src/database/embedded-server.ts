import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Binaries } from './embedded-binaries.ts';
import { type Folder, folderError } from './embedded-folder.ts';
import { isAlive } from './embedded-lock.ts';
import type { ServerUser } from './embedded-user.ts';
import { codeOf, DatabaseError } from './errors.ts';

type Run = { readonly code: number; readonly output: string };

function run(program: string, args: readonly string[], user: ServerUser, folder: Folder): Promise<Run> {
  // A PGPORT or PGDATA meant for another server must not steer ours; messages are matched in English.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...user,
      cwd: folder.path,
      env: { ...env, LC_ALL: 'C', TZ: 'UTC' },
      // Its own session: Ctrl-C in the terminal reaches us only, and we stop the database after everything else.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    // `exit` and not `close`: should the server ever inherit the pipes, it would keep them open.
    child.on('exit', (code) => setImmediate(() => resolve({ code: code ?? 1, output: output.trim() })));
  });
}

// Byte order, yet upper and lower case of every script, on every platform alike.
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
/** pg_trgm asks the system which characters make a word; with plain C, only those of ASCII do. */
const CTYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/** Makes the cluster in a folder of its own and moves it into place, so that a half-made one is never used. */
export async function initialise(binaries: Binaries, user: ServerUser, folder: Folder): Promise<void> {
  for (const name of readdirSync(folder.path)) {
    if (name.startsWith('initdb-')) rmSync(join(folder.path, name), { recursive: true, force: true });
  }
  if (existsSync(folder.data)) return checkVersion(binaries, folder);
  const half = join(folder.path, `initdb-${process.pid}`);
  const passwordFile = join(half, 'password');
  const data = join(half, 'data');
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, folder.password, { mode: 0o600 });
  for (const path of [half, passwordFile]) own(path, user);
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  for (const ctype of CTYPES) {
    const args = [`--pgdata=${data}`, ...access, ...LOCALE, `--lc-ctype=${ctype}`];
    const { code, output } = await run(binaries.initdb, args, user, folder);
    if (code === 0) break;
    if (ctype === 'C' || !/invalid locale/i.test(output)) throw failure(`initdb failed: ${output}`, folder);
  }
  writeFileSync(join(data, 'postgresql.conf'), "\ninclude 'cartograph.conf'\n", { flag: 'a' });
  renameSync(data, folder.data);
  rmSync(half, { recursive: true, force: true });
}

function own(path: string, { uid, gid }: ServerUser): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function checkVersion(binaries: Binaries, folder: Folder): void {
  const made = readFileSync(join(folder.data, 'PG_VERSION'), 'utf8').trim();
  if (binaries.version.startsWith(`${made}.`)) return;
  throw new DatabaseError(
    `${folder.data} was made by PostgreSQL ${made}, and the installed one is ${binaries.version}. Dump it with the older version, or delete ${folder.path} to begin with an empty database.`,
  );
}

export type Settings = { readonly durable: boolean };

/** Starts the server and returns its port, once it accepts connections. */
export async function launch(
  binaries: Binaries,
  user: ServerUser,
  folder: Folder,
  settings: Settings,
): Promise<number> {
  clearForeignPid(folder);
  let last = '';
  // Somebody may take the port between our check and the server's start.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = await choosePort(folder);
    const logFile = join(folder.data, 'server.log');
    writeFileSync(join(folder.data, 'cartograph.conf'), configuration(port, settings));
    writeFileSync(logFile, '');
    own(logFile, user);
    const args = ['start', '--wait', '--timeout=60', '--silent', '-D', folder.data, '-l', logFile];
    const { code, output } = await run(binaries.pgCtl, args, user, folder);
    if (code === 0) return port;
    last = `${readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n')}\n${output}`;
    if (!/could not bind|Address already in use/i.test(last)) break;
  }
  throw failure(`The embedded database does not start:\n${last}`, folder);
}

export async function halt(binaries: Binaries, user: ServerUser, folder: Folder): Promise<void> {
  const args = ['stop', '--mode=fast', '--wait', '--timeout=30', '--silent', '-D', folder.data];
  const { code, output } = await run(binaries.pgCtl, args, user, folder);
  if (code !== 0 && runningPid(folder)) throw failure(`The embedded database does not stop: ${output}`, folder);
}

function configuration(port: number, { durable }: Settings): string {
  const lines = [
    '# Written at each start; put settings of your own into postgresql.conf, below the include.',
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    'max_connections = 200',
    "shared_buffers = '128MB'",
    "shared_preload_libraries = 'pg_stat_statements'",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    'log_checkpoints = off',
    ...(durable ? [] : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off']),
  ];
  return `${lines.join('\n')}\n`;
}

function failure(text: string, folder: Folder): unknown {
  return folderError(new Error(`${text}\nThe server's log is ${join(folder.data, 'server.log')}.`), folder.path);
}

/** The port of last time when it is free, so that tools set up for it keep working. */
async function choosePort(folder: Folder): Promise<number> {
  const file = join(folder.path, 'port');
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (remembered > 0 && (await isFree(remembered))) return remembered;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    // Below the ranges from which systems take the ports of outgoing connections.
    const port = randomInt(15_000, 32_000);
    if (!(await isFree(port))) continue;
    writeFileSync(file, String(port));
    return port;
  }
  throw new DatabaseError(
    'No free port between 15000 and 32000 for the embedded database. Stop something that listens there.',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The server that runs on this folder, from the file it keeps there: its process and its port. */
export function runningPid(folder: Folder): { pid: number; port: number } | undefined {
  const [first, , , port] = readPidFile(folder);
  const pid = Number(first);
  // After a crash or a reboot the number may belong to another program by now.
  return pid > 0 && isAlive(pid) && isPostgres(pid) ? { pid, port: Number(port) } : undefined;
}

/** PostgreSQL refuses to start on a file that names a living process, even one that is no database. */
function clearForeignPid(folder: Folder): void {
  const [pid] = readPidFile(folder);
  if (pid && !runningPid(folder)) rmSync(join(folder.data, 'postmaster.pid'), { force: true });
}

function readPidFile(folder: Folder): string[] {
  try {
    return readFileSync(join(folder.data, 'postmaster.pid'), 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** When in doubt yes: removing the file of a living server would let a second one write to the same data. */
function isPostgres(pid: number): boolean {
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
    return !stdout || stdout.includes('postgres');
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}
