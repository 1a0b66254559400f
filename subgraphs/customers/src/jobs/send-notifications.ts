import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 5_000;

/** Sends queued messages. A new one does not wait for the next turn: storing it kicks this job. */
export const createSendJob = ({ deliverNotifications }: Operations, logger: Logger): Job =>
  createJob(
    'send-notifications',
    EVERY_MS,
    async () => {
      const failures = await deliverNotifications();
      const [error] = failures;
      if (error)
        logger.warn({ err: error, failures: failures.length }, 'messages could not be sent; they are tried again');
    },
    logger,
  );
