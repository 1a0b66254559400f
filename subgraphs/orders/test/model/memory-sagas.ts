import type { SagaStart, SagaTakeover } from '@cartograph/kernel/saga';
import { type SagaRow, type SagaRows, TAKEN_AT_ONCE } from '@cartograph/runtime/saga-rows';

/** A row of the table `saga`; times in milliseconds of the model's clock. */
interface Stored {
  row: SagaRow;
  owner: string | null;
  leaseUntil: number;
}

const ENDED = ['DONE', 'REFUSED', 'PAUSED'];

/**
 * The table `saga` in memory, which follows the statements of `saga-rows.ts` one by one; `memory-sagas.test.ts` holds
 * both to the same. `isSeen` tells which processes still hold their lock.
 */
export function createMemorySagas(now: () => number, isSeen: (owner: string) => boolean) {
  const table = new Map<string, Stored>();
  const open = ({ row }: Stored) => row.status === 'RUNNING' || row.status === 'UNDOING';
  const copy = <T>(value: T): T => structuredClone(value);

  function rowsOf(owner: string, leaseMs: number): SagaRows {
    const mine = (id: string, version: number): Stored | undefined => {
      const stored = table.get(id);
      return stored?.owner === owner && stored.row.version === version ? stored : undefined;
    };
    return {
      find: async (id) => copy(table.get(id)?.row ?? null),
      async write({ id, version, step }, change) {
        const stored = mine(id, version);
        if (!stored || !open(stored)) return false;
        if (stored.row.step !== step && change.status !== 'RUNNING' && change.status !== 'DONE') return false;
        const ended = ENDED.includes(change.status);
        stored.row = copy({
          ...stored.row,
          ...change,
          refusal: change.refusal ?? null,
          version: version + 1,
          attempts: 0,
          failingStep: null,
        });
        stored.leaseUntil = ended ? Number.NaN : now() + leaseMs;
        if (ended) stored.owner = null;
        return true;
      },
      async note({ id, version, step }, attempts, _error, pauseMs) {
        const stored = mine(id, version);
        if (!stored) return false;
        stored.row = { ...stored.row, attempts, failingStep: step };
        stored.leaseUntil = now() + leaseMs + pauseMs;
        return true;
      },
      holds: async (id, version) => mine(id, version) !== undefined,
      async wake(id, version, state) {
        const stored = table.get(id);
        if (stored?.row.version !== version || stored.row.status !== 'PAUSED') return null;
        stored.row = copy({
          ...stored.row,
          status: 'RUNNING',
          state,
          version: version + 1,
          attempts: 0,
          failingStep: null,
        });
        Object.assign(stored, { owner, leaseUntil: now() + leaseMs });
        return copy(stored.row);
      },
      async takeOver(except, names) {
        const due = [...table.values()].filter(
          (stored) =>
            open(stored) &&
            !except.includes(stored.row.id) &&
            names.includes(stored.row.name) &&
            (stored.leaseUntil <= now() || stored.owner === owner || (stored.owner !== null && !isSeen(stored.owner))),
        );
        return due.slice(0, TAKEN_AT_ONCE).map((stored) => {
          stored.row = { ...stored.row, version: stored.row.version + 1 };
          Object.assign(stored, { owner, leaseUntil: now() + leaseMs });
          return copy(stored.row);
        });
      },
      async renew(ids) {
        for (const id of ids) {
          const stored = table.get(id);
          if (stored?.owner === owner && open(stored)) stored.leaseUntil = now() + leaseMs;
        }
      },
      async letGo(ids) {
        for (const id of ids) {
          const stored = table.get(id);
          if (stored?.owner === owner && open(stored)) stored.leaseUntil = now();
        }
      },
    };
  }

  return {
    rowsOf,
    all: (): readonly SagaRow[] => [...table.values()].map(({ row }) => row),
    find: (id: string): SagaRow | undefined => table.get(id)?.row,
    insert({ id, name, step, state, owner, leaseSeconds }: SagaStart): boolean {
      if (table.has(id)) return false;
      const row: SagaRow = {
        id,
        name,
        status: 'RUNNING',
        step,
        state,
        refusal: null,
        version: 0,
        attempts: 0,
        failingStep: null,
      };
      table.set(id, { row: copy(row), owner, leaseUntil: now() + leaseSeconds * 1000 });
      return true;
    },
    take({ id, version, step, status, state, refusal, owner, leaseSeconds }: SagaTakeover): boolean {
      const stored = table.get(id);
      if (!stored || !open(stored) || stored.row.version !== version || stored.row.step !== step) return false;
      if (stored.row.attempts === 0) return false;
      stored.row = copy({
        ...stored.row,
        status,
        state,
        refusal,
        version: version + 1,
        attempts: 0,
        failingStep: null,
      });
      Object.assign(stored, { owner, leaseUntil: now() + leaseSeconds * 1000 });
      return true;
    },
    /** What `confirm` does to the saga in its own statement; false when it is not running. */
    move(id: string, step: string, state: unknown): boolean {
      const stored = table.get(id);
      if (stored?.row.status !== 'RUNNING') return false;
      stored.row = { ...stored.row, step, state };
      return true;
    },
  };
}

export type MemorySagas = ReturnType<typeof createMemorySagas>;
