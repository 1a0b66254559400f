import type { Client } from 'pg';
import { cpuMs } from './cpu.ts';

const SUBGRAPHS = ['products', 'orders', 'payments', 'shipping', 'customers'] as const;

/** All that was spent up to a moment. */
export interface Reading {
  readonly at: number;
  readonly statements: Readonly<Record<string, number>>;
  readonly nodeMs: number;
  readonly postgresMs: number;
}

/** What was spent between two readings. */
export interface Cost {
  readonly seconds: number;
  readonly statements: number;
  readonly bySubgraph: Readonly<Record<string, number>>;
  readonly nodeMs: number;
  readonly postgresMs: number;
}

export interface Meter {
  read(): Promise<Reading>;
  /** Waits until nothing that a request has left to do is waiting any more. */
  settled(): Promise<void>;
}

export function createMeter(admin: Client, roots: { readonly shop: number; readonly postmaster: number }): Meter {
  return {
    async read() {
      // By role, one per subgraph: what the superuser asks, this view included, is not the shop's.
      const { rows } = await admin.query<{ subgraph: string; calls: number }>(
        `SELECT right(rolname, -length(current_database()) - 1) AS subgraph, sum(calls)::int AS calls
         FROM extensions.pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
         WHERE starts_with(rolname, current_database() || '_') GROUP BY 1`,
      );
      return {
        at: performance.now(),
        statements: Object.fromEntries(rows.map(({ subgraph, calls }) => [subgraph, calls])),
        nodeMs: cpuMs([roots.shop]),
        postgresMs: cpuMs([roots.postmaster]),
      };
    },
    async settled() {
      const waiting = `SELECT (SELECT count(*) FROM orders.outbox) + (SELECT count(*) FROM payments.outbox)
          + (SELECT count(*) FROM shipping.outbox) + (SELECT count(*) FROM customers.outbox)
          + (SELECT count(*) FROM customers.notifications WHERE status = 'QUEUED') AS waiting`;
      // Twice in a row: a provider's webhook may put in something new just after the last was taken out.
      for (let quiet = 0; quiet < 2; await new Promise((resolve) => setTimeout(resolve, 250))) {
        const { rows } = await admin.query<{ waiting: string }>(waiting);
        quiet = Number(rows[0]?.waiting) === 0 ? quiet + 1 : 0;
      }
    },
  };
}

export function costBetween(before: Reading, after: Reading): Cost {
  const bySubgraph = Object.fromEntries(
    SUBGRAPHS.map((name) => [name, (after.statements[name] ?? 0) - (before.statements[name] ?? 0)]),
  );
  return {
    seconds: (after.at - before.at) / 1000,
    statements: Object.values(bySubgraph).reduce((a, b) => a + b, 0),
    bySubgraph,
    nodeMs: after.nodeMs - before.nodeMs,
    postgresMs: after.postgresMs - before.postgresMs,
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** The share of one request, less what an idle shop would have spent in the same time. */
export const shareOf =
  <C extends Pick<Cost, 'seconds'>>(cost: C, idle: C, requests: number) =>
  (pick: (cost: C) => number): number => {
    const meanwhile = (pick(idle) / idle.seconds) * cost.seconds;
    return Math.max(0, pick(cost) - meanwhile) / requests;
  };

export function perRequest(cost: Cost, idle: Cost, requests: number) {
  const share = shareOf(cost, idle, requests);
  const [nodeMs, postgresMs] = [share((one) => one.nodeMs), share((one) => one.postgresMs)];
  return {
    statements: round(
      share((one) => one.statements),
      1,
    ),
    bySubgraph: Object.fromEntries(
      SUBGRAPHS.map((name) => [
        name,
        round(
          share((one) => one.bySubgraph[name] ?? 0),
          1,
        ),
      ]),
    ),
    cpuMs: round(nodeMs + postgresMs, 2),
    nodeMs: round(nodeMs, 2),
    postgresMs: round(postgresMs, 2),
  };
}

export const perSecond = (cost: Cost) => ({
  statements: round(cost.statements / cost.seconds, 2),
  cpuPercent: round((cost.nodeMs + cost.postgresMs) / cost.seconds / 10, 2),
  nodePercent: round(cost.nodeMs / cost.seconds / 10, 2),
  postgresPercent: round(cost.postgresMs / cost.seconds / 10, 2),
});
