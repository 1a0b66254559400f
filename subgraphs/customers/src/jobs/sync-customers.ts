import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { ClaimedSync } from '../domain/sync.ts';
import type { Operations } from '../operations/index.ts';

const EVERY_MS = 1_000;
/** Calls to one receiver that one process has open at once. */
const PER_RECEIVER = 5;

/** Tells all receivers at once what is due: one that hangs holds up no other, nor one customer another. */
export function createSyncJob({ openSync, catchUpSync, claimSync, deliverSync }: Operations, logger: Logger): Job {
  const busy = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let receivers: readonly string[] | undefined;
  let isBehind = true;
  let stopped = false;
  const job = createJob('sync-customers', EVERY_MS, claimAll, logger);

  async function claimAll(): Promise<void> {
    receivers ??= await openSync();
    if (receivers.length === 0) return;
    while (!stopped) {
      const claimed = await claimSync(new Map(receivers.map((name) => [name, PER_RECEIVER - (busy.get(name) ?? 0)])));
      if (claimed.length === 0) break;
      for (const delivery of claimed) begin(delivery);
    }
    // What happens now goes first; who is new hears of the rest bit by bit.
    if (isBehind) {
      isBehind = await catchUpSync();
      job.kick();
    }
  }

  function begin(delivery: ClaimedSync): void {
    const { id, receiver } = delivery;
    busy.set(receiver, (busy.get(receiver) ?? 0) + 1);
    const telling = deliverSync(delivery)
      .then((failure) => {
        if (failure) logger.warn({ err: failure, delivery: id, receiver }, 'a receiver was not told');
      })
      // Nothing was noted: it is told again when the attempt is given up for lost.
      .catch((error: unknown) => logger.error({ err: error, delivery: id, receiver }, 'a delivery was not noted'))
      .then(() => {
        underWay.delete(telling);
        busy.set(receiver, (busy.get(receiver) ?? 1) - 1);
        job.kick();
      });
    underWay.add(telling);
  }

  return {
    start: job.start,
    kick: job.kick,
    async stop() {
      stopped = true;
      await job.stop();
      await Promise.allSettled(underWay);
    },
  };
}
