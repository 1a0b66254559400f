import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';

const HOUR_MS = 3_600_000;

export const createFeedRegistration = (register: () => Promise<void>, logger: Logger): Job =>
  createJob('register-feeds', HOUR_MS, register, logger);
