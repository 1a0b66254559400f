import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 5 * 60_000;

/** Finds what webhooks lost. */
export const createAskSilentCarriers = (
  { askSilentCarriers }: Pick<Operations, 'askSilentCarriers'>,
  log: Logger,
): Job => createJob('ask-silent-carriers', EVERY_MS, askSilentCarriers, log);
