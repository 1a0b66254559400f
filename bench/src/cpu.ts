import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** Clock ticks a second: fixed at 100 for user space on Linux. Source: proc(5), sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Milliseconds of user and system time, of ended children too. */
  readonly cpuMs: number;
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks: fields are counted after it. Source: proc(5).
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((total, index) => total + (fields[index] ?? 0), 0);
    return { pid, parent: fields[1] ?? 0, cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    return undefined; // Ended meanwhile.
  }
}

/** The process and all that descend from it. */
export function tree(root: number): readonly Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const inside = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all)
      if (inside.has(parent) && !inside.has(pid)) {
        inside.add(pid);
        grown = true;
      }
  }
  return all.filter(({ pid }) => inside.has(pid));
}

/** CPU milliseconds used so far by these processes and everything below them. */
export const cpuMs = (roots: readonly number[]): number =>
  roots.flatMap((root) => tree(root)).reduce((total, { cpuMs }) => total + cpuMs, 0);

/** Resident memory in MB. Of PostgreSQL's processes the proportional share, since they share their buffers. */
export function memoryMb(roots: readonly number[]): number {
  const pids = roots.flatMap((root) => tree(root).map(({ pid }) => pid));
  const kb = pids.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.round(kb.reduce((a, b) => a + b, 0) / 1024);
}

/** Milliseconds of user and system time that this process has taken, finer than the clock ticks of `/proc`. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The process above all of a database server's, for a superuser. */
export async function postmasterOf(admin: Client): Promise<number> {
  const { rows } = await admin.query<{ pid: string }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
  );
  return Number(rows[0]?.pid);
}
