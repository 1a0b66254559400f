import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

type Used = Pick<Operations, 'lookAtChannels' | 'takeInChannelOrders' | 'tellChannels'>;

const EVERY_MS = 1_000;

/** Three jobs, so that a channel that lets us wait holds up nothing but itself. What is due, and when, is in the tables. */
export function createChannelJobs(operations: Used, logger: Logger): readonly Job[] {
  const takeIn = createJob('take-in-channel-orders', EVERY_MS, operations.takeInChannelOrders, logger);
  return [
    createJob('look-at-channels', EVERY_MS, () => operations.lookAtChannels().finally(takeIn.kick), logger),
    takeIn,
    createJob('tell-channels', EVERY_MS, operations.tellChannels, logger),
  ];
}
