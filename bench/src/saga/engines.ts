import type { Saga } from '@cartograph/kernel/saga';
import { connect } from '@cartograph/runtime/database/connect';
import { createLogger } from '@cartograph/runtime/logger';
import { createPresence, SEEN_OWNERS } from '@cartograph/runtime/presence';
import { insertSaga } from '@cartograph/runtime/saga-rows';
import { createSagaRunner } from '@cartograph/runtime/saga-runner';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { newState, type State } from './checkout.ts';

export const ENGINES = ['ours', 'dbos'] as const;
export type EngineName = (typeof ENGINES)[number];

/** An engine in this process, as far as it is measured. */
export interface Engine {
  /** Writes what begins a checkout, and drives it to its end. */
  place(id: string): Promise<void>;
  /** Takes up what ended processes have left behind. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

export const openEngine = (name: EngineName, url: string, saga: Saga<State, string>): Promise<Engine> =>
  name === 'ours' ? openOurs(url, saga) : openDbos(url, saga);

const logger = createLogger('bench', 'error');

async function openOurs(url: string, saga: Saga<State, string>): Promise<Engine> {
  const { pool, close } = connect(url, { name: 'orders' });
  const runner = createSagaRunner({ pool, logger });
  return {
    async place(id) {
      await runner.begin(saga, id, newState(id), (start) => insertSaga(pool, start), 60_000);
    },
    recover: async () => void (await runner.recover([saga as Saga<unknown, unknown>])),
    close: async () => {
      await runner.close();
      await close();
    },
  };
}

/**
 * The same saga as a workflow: a step each, few and coarse. The library does not look for processes that ended, so the
 * same presence as ours tells which; `resumeWorkflows` is its public way to have another process go on.
 */
async function openDbos(url: string, saga: Saga<State, string>): Promise<Engine> {
  const { pool, close } = connect(url, { name: 'orders' });
  const presence = createPresence(pool, logger);
  await presence.seen;
  const workflow = DBOS.registerWorkflow(
    async (first: State): Promise<State> => {
      let state = first;
      for (const step of saga.steps) {
        const before = state;
        state = await DBOS.runStep(async () => (await step.run(before)) as State, { name: step.name });
      }
      return state;
    },
    { name: saga.name },
  );
  DBOS.setConfig({
    name: 'orders',
    systemDatabaseUrl: withoutSchema(url),
    executorID: presence.owner,
    applicationVersion: '1',
    logLevel: 'error',
  });
  await DBOS.launch();
  return {
    async place(id) {
      // The statement that writes the order is the caller's own: our engine's start is inside it, this one's is not.
      await pool.query('INSERT INTO bench_order (id) VALUES ($1)', [id]);
      await (await DBOS.startWorkflow(workflow, { workflowID: id })(newState(id))).getResult();
    },
    async recover() {
      const left = `SELECT workflow_uuid AS id FROM dbos.workflow_status
        WHERE status = 'PENDING' AND executor_id NOT IN (${SEEN_OWNERS})`;
      const { rows } = await pool.query<{ id: string }>(left);
      if (rows.length > 0) await DBOS.resumeWorkflows(rows.map(({ id }) => id));
    },
    close: async () => {
      await DBOS.shutdown();
      await presence.close();
      await close();
    },
  };
}

function withoutSchema(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.delete('schema');
  return parsed.href;
}
