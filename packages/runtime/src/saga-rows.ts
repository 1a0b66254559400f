import type { SagaStart } from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import { SEEN_OWNERS } from './presence.ts';

export type SagaStatus = 'RUNNING' | 'PAUSED' | 'UNDOING' | 'DONE' | 'REFUSED';

/**
 * One saga as stored. The DDL every subgraph with sagas has in its migration:
 * CREATE TABLE saga (id TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'RUNNING'
 *     CHECK (status IN ('RUNNING','PAUSED','UNDOING','DONE','REFUSED')),
 *   step TEXT NOT NULL, state JSONB NOT NULL, refusal JSONB, attempts INT NOT NULL DEFAULT 0, last_error TEXT,
 *   lease_owner TEXT, lease_until TIMESTAMPTZ, version BIGINT NOT NULL DEFAULT 0,
 *   failing_step TEXT, failing_since TIMESTAMPTZ, next_attempt_at TIMESTAMPTZ,
 *   created_at TIMESTAMPTZ NOT NULL DEFAULT now(), updated_at TIMESTAMPTZ NOT NULL DEFAULT now());
 * CREATE INDEX saga_due ON saga (lease_until) WHERE status IN ('RUNNING', 'UNDOING');
 */
export interface SagaRow {
  readonly id: string;
  readonly name: string;
  readonly status: SagaStatus;
  /** RUNNING: go on from here. UNDOING: undo from here backwards. */
  readonly step: string;
  readonly state: unknown;
  readonly refusal: unknown;
  /** Fencing: a process that was paused while another took its saga over can no longer write. */
  readonly version: number;
  readonly attempts: number;
  /** The step that gave no answer; it may come after `step`, if it has no way back. */
  readonly failingStep: string | null;
}

interface Fence {
  readonly id: string;
  readonly version: number;
  /** A step whose own statement has moved the saga on is fenced by this. */
  readonly step: string;
}

type Change = Pick<SagaRow, 'status' | 'step' | 'state' | 'refusal'>;

const COLUMNS = 'id, name, status, step, state, refusal, version, attempts, failing_step AS "failingStep"';
/** So that the processes that are left share what one has left behind. */
export const TAKEN_AT_ONCE = 20;

const ENDED: readonly SagaStatus[] = ['DONE', 'REFUSED', 'PAUSED'];

/** Where sagas are kept. The model test has one in memory. */
export type SagaRows = ReturnType<typeof createSagaRows>;

export function createSagaRows(pool: Pool, owner: string, leaseSeconds: number) {
  const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));
  return {
    async find(id: string): Promise<SagaRow | null> {
      const { rows } = await pool.query<SagaRow>(`SELECT ${COLUMNS} FROM saga WHERE id = $1`, [id]);
      return rows[0] ?? null;
    },
    /** False when the saga is not this process's any more. */
    async write({ id, version, step }: Fence, change: Change): Promise<boolean> {
      // Only the way forward may be found already written: a step can record its progress together with its effect.
      const { rowCount } = await pool.query(
        `UPDATE saga SET status = $5, step = $6, state = $7, refusal = $8, version = version + 1, attempts = 0,
           last_error = NULL, failing_step = NULL, failing_since = NULL, next_attempt_at = NULL, updated_at = now(),
           lease_until = CASE WHEN $9 THEN NULL ELSE now() + make_interval(secs => $10) END,
           lease_owner = CASE WHEN $9 THEN NULL ELSE lease_owner END
         WHERE id = $1 AND version = $2 AND lease_owner = $3 AND status IN ('RUNNING', 'UNDOING')
           AND (step = $4 OR $5 IN ('RUNNING', 'DONE'))`,
        [
          id,
          version,
          owner,
          step,
          change.status,
          change.step,
          json(change.state),
          json(change.refusal),
          ENDED.includes(change.status),
          leaseSeconds,
        ],
      );
      return rowCount === 1;
    },
    /** A step gave no answer, and is asked again after `pauseMs`. */
    async note({ id, version, step }: Fence, attempts: number, error: string, pauseMs: number): Promise<boolean> {
      const { rowCount } = await pool.query(
        `UPDATE saga SET attempts = $4, last_error = left($5, 500), updated_at = now(),
           failing_step = $8, failing_since = coalesce(failing_since, now()), next_attempt_at = now() + make_interval(secs => $7),
           lease_until = now() + make_interval(secs => $6 + $7)
         WHERE id = $1 AND version = $2 AND lease_owner = $3`,
        [id, version, owner, attempts, error, leaseSeconds, pauseMs / 1000, step],
      );
      return rowCount === 1;
    },
    /** Whether it is still this process's: asked before a step is repeated. */
    async holds(id: string, version: number): Promise<boolean> {
      const { rowCount } = await pool.query('SELECT FROM saga WHERE id = $1 AND version = $2 AND lease_owner = $3', [
        id,
        version,
        owner,
      ]);
      return rowCount === 1;
    },
    async wake(id: string, version: number, state: unknown): Promise<SagaRow | null> {
      const { rows } = await pool.query<SagaRow>(
        `UPDATE saga SET status = 'RUNNING', state = $3, lease_owner = $4, version = version + 1, attempts = 0,
           lease_until = now() + make_interval(secs => $5), updated_at = now()
         WHERE id = $1 AND version = $2 AND status = 'PAUSED' RETURNING ${COLUMNS}`,
        [id, version, json(state), owner, leaseSeconds],
      );
      return rows[0] ?? null;
    },
    /**
     * What nobody drives: its owner is gone or stands still, or is this process and could not write it on. `except`: under
     * way here, whatever the lease says. `names`: the sagas that this program knows, which while a newer version is rolled
     * out are not all.
     */
    async takeOver(except: readonly string[], names: readonly string[]): Promise<readonly SagaRow[]> {
      const { rows } = await pool.query<SagaRow>(
        `UPDATE saga SET lease_owner = $1, lease_until = now() + make_interval(secs => $2), version = version + 1
         WHERE id IN (SELECT id FROM saga
           WHERE status IN ('RUNNING', 'UNDOING') AND id <> ALL($3) AND name = ANY($4)
             AND (lease_until <= now() OR lease_owner = $1 OR lease_owner NOT IN (${SEEN_OWNERS}))
           ORDER BY lease_until LIMIT ${TAKEN_AT_ONCE} FOR UPDATE SKIP LOCKED)
         RETURNING ${COLUMNS}`,
        [owner, leaseSeconds, except, names],
      );
      return rows;
    },
    async renew(ids: readonly string[]): Promise<void> {
      await pool.query(
        `UPDATE saga SET lease_until = now() + make_interval(secs => $3)
         WHERE id = ANY($1) AND lease_owner = $2 AND status IN ('RUNNING', 'UNDOING')`,
        [ids, owner, leaseSeconds],
      );
    },
    async letGo(ids: readonly string[]): Promise<void> {
      await pool.query(
        `UPDATE saga SET lease_until = now() WHERE id = ANY($1) AND lease_owner = $2
           AND status IN ('RUNNING', 'UNDOING')`,
        [ids, owner],
      );
    },
  };
}

/** The first write of a saga that has no business rows of its own; false when the id was there before. */
export async function insertSaga(
  pool: Pool,
  { id, name, step, state, owner, leaseSeconds }: SagaStart,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO saga (id, name, step, state, lease_owner, lease_until)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) ON CONFLICT (id) DO NOTHING`,
    [id, name, step, JSON.stringify(state), owner, leaseSeconds],
  );
  return rowCount === 1;
}
