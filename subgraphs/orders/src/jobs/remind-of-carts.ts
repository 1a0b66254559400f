import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const MINUTE_MS = 60_000;

export const createCartReminder = ({ remindOfCarts }: Pick<Operations, 'remindOfCarts'>, logger: Logger): Job =>
  createJob('remind-of-carts', MINUTE_MS, remindOfCarts, logger);
