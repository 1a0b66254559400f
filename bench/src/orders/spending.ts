import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres } from '../../../e2e/faults/world/postgres.ts';
import { cpuMs, ownCpuMs } from '../cpu.ts';

/** All that was spent up to a moment. */
export interface Spent {
  /** `performance.now()`, in milliseconds. */
  readonly at: number;
  readonly nodeMs: number;
  readonly postgresMs: number;
  /** This process: buyers, providers and the network between. */
  readonly harnessMs: number;
  readonly statements: number;
}

export interface Spending extends AsyncDisposable {
  read(): Promise<Spent>;
}

const EVERY_MS = 500;

/** What the subgraphs' roles have asked since when. Also a server that is stopped at once hands its counts on to the next. */
const ASKED = `
  SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS postmaster,
    (SELECT extract(epoch FROM stats_reset) FROM extensions.pg_stat_statements_info)::float8 AS since,
    coalesce(sum(calls), 0)::int AS statements
  FROM extensions.pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
  WHERE starts_with(rolname, current_database() || '_')`;

interface Row {
  readonly postmaster: number;
  readonly since: number;
  readonly statements: number;
}

/**
 * What our processes and the database spend while they are killed and started again. Who ends takes the numbers along, so they
 * are looked at every half second: what was spent in the last moments before a kill is not counted.
 */
export async function watchSpending(postgres: Postgres): Promise<Spending> {
  const [node, servers, statements] = [new Counters(), new Counters(), new Counters()];
  let db = await postgres.connect();

  async function look(): Promise<void> {
    for (const pid of ourProcesses()) node.see(pid, cpuMs([pid]));
    try {
      const { rows } = await db.query<Row>(ASKED);
      const [row] = rows;
      if (!row) return;
      servers.see(row.postmaster, cpuMs([row.postmaster]));
      statements.see(row.since, row.statements);
    } catch {
      // Stopped, or not yet there again.
      await db.end().catch(() => {});
      db = await postgres.connect().catch(() => db);
    }
  }

  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await look();
      await sleep(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  })();
  return {
    async read() {
      await look();
      return {
        at: performance.now(),
        nodeMs: node.total,
        postgresMs: servers.total,
        harnessMs: ownCpuMs(),
        statements: statements.total,
      };
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watching;
      await db.end().catch(() => {});
    },
  };
}

/** Adds up counters that only grow, and keeps what those that are gone came to. */
class Counters {
  readonly #last = new Map<number, number>();

  see(key: number, value: number): void {
    this.#last.set(key, value);
  }

  get total(): number {
    return [...this.#last.values()].reduce((sum, value) => sum + value, 0);
  }
}

/** The subgraphs and the router, which this process has started. */
const ourProcesses = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isOurs);

function isOurs(pid: number): boolean {
  try {
    const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const parent = Number(after.split(' ')[1]);
    return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('run-parts.ts');
  } catch {
    return false; // Ended meanwhile.
  }
}
