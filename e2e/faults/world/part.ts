import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from '@cartograph/runtime/sdl';
import type { History } from '../history.ts';
import { until } from '../until.ts';
import { atEnd } from './at-end.ts';

export interface PartOptions {
  readonly name: string;
  /** One of the files below the repository's root, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Modules that are loaded before it. */
  readonly imports?: readonly string[];
  /** A loader that changes its sources, which are then not compiled before. */
  readonly loader?: string | undefined;
  /** Answers 200 as soon as the part works. */
  readonly health: string;
  readonly logFile: string;
  readonly history: History;
}

/** A process of ours under somebody who starts it again whenever it ends, as an orchestrator does. */
export interface Part extends AsyncDisposable {
  readonly name: string;
  /** How often it ended without having been killed, after it had worked. */
  readonly deaths: () => number;
  /** Resolves once it answers. */
  ready(withinMs?: number): Promise<void>;
  /** `kill -9`, and a new process after `restMs`. */
  kill(restMs: number): void;
  /** Stops it in the middle of whatever it does, and lets it go on there. */
  pause(): void;
  resume(): void;
}

/** Long enough for a process that cannot start yet not to keep the machine busy. */
const RESTART_MS = 500;

export function openPart(options: PartOptions): Part {
  const { name, history } = options;
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  let closing = false;
  let restMs = RESTART_MS;
  let worked = false;
  let starts = 0;
  let deaths = 0;
  let ended: Promise<void>;

  function begin() {
    const [again, startedAt] = [starts > 0, performance.now()];
    worked = false;
    starts += 1;
    child = launch(options, log);
    const current = child;
    void answers(options.health, () => current === child && !closing).then((does) => {
      if (!does) return;
      worked = true;
      if (again) history.note('back', { part: name, afterMs: Math.round(performance.now() - startedAt) });
    });
    ended = new Promise((resolve) => {
      current.once('exit', async (code, signal) => {
        if (!closing && signal !== 'SIGKILL') {
          history.note('ended by itself', { part: name, code, signal, whileStarting: !worked });
          if (worked) deaths += 1;
        }
        const rest = restMs;
        restMs = RESTART_MS;
        if (!closing) await sleep(rest);
        if (!closing) begin();
        resolve();
      });
    });
  }
  begin();
  const forget = atEnd(() => void child.kill('SIGKILL'));
  return {
    name,
    deaths: () => deaths,
    ready: (withinMs = 180_000) => until(() => worked, withinMs, `${name} to answer`),
    kill(rest) {
      restMs = rest;
      worked = false;
      child.kill('SIGKILL');
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      closing = true;
      forget();
      child.kill('SIGKILL');
      await ended;
      closeSync(log);
    },
  };
}

function launch({ script, args, env, imports = [], loader }: PartOptions, log: number): ChildProcess {
  const before = [...imports, ...(loader ? [loader, 'tsx'] : [])].flatMap((module) => ['--import', module]);
  const program = loader ? [script] : ['scripts/run-compiled.mjs', script];
  return spawn(process.execPath, [...before, ...program, ...args], {
    cwd: fileURLToPath(ROOT),
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', log, log],
  });
}

/** Asks until it answers, for as long as `wanted`. */
async function answers(url: string, wanted: () => boolean): Promise<boolean> {
  while (wanted()) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.arrayBuffer().then(() => response.ok),
      () => false,
    );
    if (ok) return true;
    await sleep(100);
  }
  return false;
}
