import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { Operations } from '../operations/index.ts';

/** Tells sales channels what is for sale, and listens to them as long as it runs. */
export function createPushOffers(
  { pushOffers, hearChannels }: Pick<Operations, 'pushOffers' | 'hearChannels'>,
  everyMs: number,
  log: Logger,
): Job {
  const job = createJob('push-offers', everyMs, pushOffers, log);
  let end: (() => Promise<void>) | undefined;
  return {
    start() {
      job.start();
      end ??= hearChannels({
        due: job.kick,
        failed: (channel, err) => log.warn({ err, channel }, 'a channel could not be heard, which is tried again'),
      });
    },
    kick: job.kick,
    async stop() {
      await end?.();
      end = undefined;
      await job.stop();
    },
  };
}
