import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

type Used = Pick<Operations, 'hearChannels' | 'lookAtChannels' | 'takeInChannelOrders' | 'tellChannels'>;

const EVERY_MS = 1_000;

/** Jobs apart, so that a channel that lets us wait holds up nothing but itself. What is due, and when, is in the tables. */
export function createChannelJobs(operations: Used, logger: Logger): readonly Job[] {
  const takeIn = createJob('take-in-channel-orders', EVERY_MS, operations.takeInChannelOrders, logger);
  return [
    createJob('look-at-channels', EVERY_MS, () => operations.lookAtChannels().finally(takeIn.kick), logger),
    takeIn,
    createHearing(operations, takeIn.kick, logger),
    createJob('tell-channels', EVERY_MS, operations.tellChannels, logger),
  ];
}

/** Listens as long as it runs. */
function createHearing({ hearChannels }: Used, stored: () => void, logger: Logger): Job {
  let end: (() => Promise<void>) | undefined;
  return {
    start() {
      end ??= hearChannels({
        stored,
        failed: (channel, err) => logger.warn({ err, channel }, 'a channel could not be heard, which is tried again'),
      });
    },
    kick() {},
    async stop() {
      await end?.();
      end = undefined;
    },
  };
}
