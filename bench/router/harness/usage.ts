import { readdirSync, readFileSync } from 'node:fs';
import { tree } from '../../src/cpu.ts';

/** The compiler service that tsx leaves behind is not a part of any server. */
const NOT_COUNTED = /^esbuild/;

/** The process and its children. */
const pidsOf = (root: number): readonly number[] =>
  tree(root)
    .map(({ pid }) => pid)
    .filter((pid) => !NOT_COUNTED.test(read(`/proc/${pid}/comm`)));

/** CPU milliseconds of all threads so far, to the microsecond. Source: sched-stats.rst, /proc/<pid>/task/<tid>/schedstat. */
export function cpuMsOf(root: number): number {
  let nanoseconds = 0;
  for (const pid of pidsOf(root))
    for (const thread of threadsOf(pid)) {
      const [running = '0'] = read(`/proc/${pid}/task/${thread}/schedstat`).split(' ');
      nanoseconds += Number(running);
    }
  return nanoseconds / 1e6;
}

export interface Memory {
  /** What it holds, shared pages by their share. */
  readonly pssMb: number;
  readonly rssMb: number;
}

export function memoryOf(root: number): Memory {
  const sum = (file: string, name: string) =>
    pidsOf(root)
      .map((pid) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/${file}`))?.[1] ?? 0))
      .reduce((a, b) => a + b, 0) / 1024;
  return { pssMb: sum('smaps_rollup', 'Pss'), rssMb: sum('status', 'VmRSS') };
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // Ended meanwhile.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Ended meanwhile.
  }
}
