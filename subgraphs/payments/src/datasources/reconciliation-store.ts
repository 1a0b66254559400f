import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Difference, ReconciliationRun } from '../domain/reconciliation.ts';
import type { ReconciliationStore } from '../ports.ts';
import { fromPrisma, fromSql } from './rows.ts';

/** A run that has not ended by then belongs to a process that did. */
const GIVEN_UP_AFTER = '10 minutes';
const KEPT_DIFFERENCES = 100;
/** As many contradictions as anybody can look at. */
const MAX_DRIFT = 100;

const BEGIN = `
INSERT INTO reconciliation_runs AS r (id, provider, slot, status, from_at, to_at)
VALUES ($1, $2, $3, 'RUNNING', $4, $5)
ON CONFLICT (slot, provider) DO UPDATE SET started_at = now(), from_at = EXCLUDED.from_at, to_at = EXCLUDED.to_at
  WHERE r.status = 'RUNNING' AND r.started_at < now() - interval '${GIVEN_UP_AFTER}'
RETURNING id`;

const FINISH = `
UPDATE reconciliation_runs SET status = $2, finished_at = now(), payments_compared = $3, difference_count = $4,
  differences = $5, totals = $6, problem = $7
WHERE id = $1 AND status = 'RUNNING'`;

const LATEST = `
SELECT DISTINCT ON (provider) * FROM reconciliation_runs WHERE finished_at IS NOT NULL ORDER BY provider, id DESC`;

export const createReconciliationStore = (db: Database, prisma: PrismaClient): ReconciliationStore => ({
  async begin({ id, provider, slot, from, to }) {
    const { rows } = await db.pool.query<{ id: string }>(BEGIN, [id, provider, slot, from, to]);
    return rows[0]?.id ?? null;
  },
  async finish(id, { paymentsCompared, differences, totals }) {
    const status = differences.length > 0 ? 'DIFFERENT' : 'BALANCED';
    const kept = JSON.stringify(differences.slice(0, KEPT_DIFFERENCES));
    const counts = [paymentsCompared, differences.length];
    await db.pool.query(FINISH, [id, status, ...counts, kept, JSON.stringify(totals), null]);
  },
  async fail(id, problem) {
    await db.pool.query(FINISH, [id, 'FAILED', 0, 0, '[]', '[]', problem]);
  },
  async list({ limit, after }) {
    const rows = await prisma.reconciliationRun.findMany({
      where: after ? { id: { lt: String(after[0]) } } : {},
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(
      rows.map((row) => fromPrisma<ReconciliationRun>(row)),
      limit,
    );
  },
  async latest() {
    const { rows } = await db.pool.query(LATEST);
    return rows.map((row) => fromSql<ReconciliationRun>(row));
  },
  async drift() {
    const { rows } = await db.pool.query<{ rule: string; subject: string; expected: string; actual: string }>(
      `SELECT rule, subject, expected::text, actual::text
       FROM (SELECT * FROM ledger_drift UNION ALL SELECT * FROM channel_drift
         UNION ALL SELECT * FROM reserved_drift) drift LIMIT ${MAX_DRIFT}`,
    );
    return rows.map(
      ({ rule, subject, expected, actual }): Difference => ({
        reference: subject,
        message: `Our own books contradict themselves: ${rule}, which is ${expected}, and it is ${actual}.`,
        ours: null,
        theirs: null,
      }),
    );
  },
});
