import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KEPT_OUTPUT = 4_000;

/** Production settings, and nobody phones home. */
const ENVIRONMENT = {
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  OTEL_SDK_DISABLED: 'true',
};

/** Nothing that was started outlives the bench, however it ends. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export interface Running {
  readonly pid: number;
  /** The end of what it has said. */
  output(): string;
  /** Undefined while it runs. */
  exitCode(): number | null | undefined;
  stop(): Promise<void>;
}

export interface Command {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function start({ args, env }: Command): Running {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...inherited, ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    });
  return {
    pid: child.pid as number,
    output: () => output,
    exitCode: () => (child.exitCode === null && child.signalCode === null ? undefined : child.exitCode),
    stop: () => end(child),
  };
}

/** Some gateways stay for as long as a connection is open; what is measured is measured, so they need not finish well. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(patience);
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
