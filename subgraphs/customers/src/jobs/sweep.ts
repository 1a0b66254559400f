import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 3_600_000;

/** Clears away what has run out. */
export const createSweepJob = ({ sweep }: Operations, logger: Logger): Job =>
  createJob('sweep', EVERY_MS, sweep, logger);
