import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import { argumentsOf } from '@cartograph/runtime/testing/npm-script';

/** A base port with nobody on it nor on the twelve after it, which a whole system takes. */
export const freeBasePort = (): Promise<number> => freeBlock(13);

/**
 * So many ports in a row with nobody on them. Below 32768: from there on Linux gives ports to outgoing connections, which
 * take a free one before the process under test does.
 */
export async function freeBlock(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const base = 10_000 + Math.floor(Math.random() * (22_000 - count));
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Holds a base port until the end of the block; the twelve after it are free. */
export async function holdBasePort() {
  const port = await freeBasePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

export interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Resolves when the output has this in it; rejects when the process ends before. */
  says(text: string | RegExp): Promise<void>;
}

/** `npm start` without npm in between, so that a signal reaches the process that it is meant for. */
export const start = (args: readonly string[], env: Record<string, string>): Started => run('start', args, env);

/** `npm run` for one of the servers that package.json names, as a process of its own. */
export function run(script: string, args: readonly string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, [...argumentsOf(script), ...args], {
    cwd: fileURLToPath(ROOT),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const watch of watchers) watch();
    });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    output: () => text,
    ended,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (!(typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void ended.then((code) => reject(new Error(`ended with ${code} before saying ${wanted}:\n${text}`)));
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await ended;
    },
  };
}

/** Whether a process of this id lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
