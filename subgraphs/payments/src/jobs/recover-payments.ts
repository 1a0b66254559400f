import { createJob } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 5_000;

/** Takes up payments, captures, refunds and events that nobody finished. */
export const createRecoveryJob = ({ recoverPayments }: Operations, logger: Logger) =>
  createJob('recover payments', EVERY_MS, recoverPayments, logger);
