import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 5_000;

/** Applies what a webhook could not, and what a process that ended has left. */
export const createApplyCarrierEvents = (
  { applyCarrierEvents }: Pick<Operations, 'applyCarrierEvents'>,
  log: Logger,
): Job => createJob('apply-carrier-events', EVERY_MS, applyCarrierEvents, log);
