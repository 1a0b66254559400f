import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

/** Tells sales channels what is for sale. */
export const createPushOffers = ({ pushOffers }: Pick<Operations, 'pushOffers'>, everyMs: number, log: Logger): Job =>
  createJob('push-offers', everyMs, pushOffers, log);
