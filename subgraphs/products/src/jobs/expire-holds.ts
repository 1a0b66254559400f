import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { StockHolds } from '../ports.ts';

/** How many orders one statement frees: their levels are locked while it runs, and buyers wait for them. */
const SWEEP = 200;

/** Gives back goods that orders held too long. Several processes may sweep at once: each takes what no other works on. */
export const createExpireHolds = (holds: StockHolds, everyMs: number, logger: Logger): Job =>
  createJob(
    'expire-holds',
    everyMs,
    async () => {
      let freed = 0;
      let last: number;
      do {
        last = await holds.expire(SWEEP);
        freed += last;
      } while (last === SWEEP);
      if (freed > 0) logger.info({ orders: freed }, 'stock holds expired');
    },
    logger,
  );
