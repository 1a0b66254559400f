import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const HOUR_MS = 3_600_000;

export const createForgetNews = ({ forgetNews }: Pick<Operations, 'forgetNews'>, logger: Logger): Job =>
  createJob('forget-news', HOUR_MS, forgetNews, logger);
