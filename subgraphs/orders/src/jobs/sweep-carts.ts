import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const HOUR_MS = 3_600_000;

export const createSweepCarts = ({ sweepCarts }: Pick<Operations, 'sweepCarts'>, logger: Logger): Job =>
  createJob('sweep-carts', HOUR_MS, sweepCarts, logger);
