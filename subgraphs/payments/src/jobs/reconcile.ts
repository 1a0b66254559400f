import { createJob } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';
import type { ReconciliationSchedule } from '../operations/run-reconciliation.ts';

const LOGGED = 10;

/** Looks often whether a slot of the schedule is free, so that another process takes it up when one is away. */
export const createReconciliationJob = (
  { runReconciliation }: Operations,
  schedule: ReconciliationSchedule,
  logger: Logger,
  provider: string,
) =>
  createJob(
    `reconcile ${provider}`,
    Math.min(schedule.everyMs / 4, 60_000),
    async () => {
      const news = await runReconciliation(schedule, provider);
      if (!news) return;
      const { runId, paymentsCompared, differences } = news;
      if (differences.length === 0)
        return logger.info({ provider, runId, paymentsCompared }, 'books agree with the provider');
      const first = differences.slice(0, LOGGED).map(({ reference, message }) => ({ reference, message }));
      logger.error(
        { provider, runId, paymentsCompared, count: differences.length, first },
        'books differ from the provider',
      );
    },
    logger,
  );
