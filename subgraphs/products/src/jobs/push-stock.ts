import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

/** Tells other systems what has moved. */
export const createPushStock = ({ pushStock }: Pick<Operations, 'pushStock'>, everyMs: number, log: Logger): Job =>
  createJob('push-stock', everyMs, pushStock, log);
