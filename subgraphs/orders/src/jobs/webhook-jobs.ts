import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import type { ClaimedDelivery } from '../domain/webhook.ts';
import type { WebhookQueue } from '../ports/webhooks.ts';

const EVERY_MS = 1_000;
const HOUR_MS = 3_600_000;

export interface SendWebhooksOptions {
  readonly queue: Pick<WebhookQueue, 'claim'>;
  readonly deliver: (delivery: ClaimedDelivery, signal: AbortSignal) => Promise<void>;
}

/** Sends what is due, to all endpoints at once: whoever has answered makes place for what comes next to it. */
export function createSendWebhooks({ queue, deliver }: SendWebhooksOptions, logger: Logger): Job {
  const busy = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** Without an endpoint an order is no reason to look; one that is made is found by the next look of its own accord. */
  let isWanted = true;
  const job = createJob('send-webhooks', EVERY_MS, claimAll, logger);

  async function claimAll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { claimed, ...found } = await queue.claim(busy);
      isWanted = found.isWanted;
      if (claimed.length === 0) return;
      for (const delivery of claimed) begin(delivery);
    }
  }

  function begin(delivery: ClaimedDelivery): void {
    const { endpointId } = delivery;
    busy.set(endpointId, (busy.get(endpointId) ?? 0) + 1);
    const sending = deliver(delivery, stopping.signal)
      .catch((error: unknown) => {
        // Nothing was recorded: it is sent again when the attempt is given up for lost.
        if (!stopping.signal.aborted) logger.error({ err: error, delivery: delivery.id }, 'webhook not recorded');
      })
      .then(() => {
        underWay.delete(sending);
        const left = (busy.get(endpointId) ?? 1) - 1;
        if (left > 0) busy.set(endpointId, left);
        else busy.delete(endpointId);
        job.kick();
      });
    underWay.add(sending);
  }

  return {
    start: job.start,
    kick() {
      if (isWanted) job.kick();
    },
    async stop() {
      stopping.abort();
      await job.stop();
      await Promise.allSettled(underWay);
    },
  };
}

/** Forgets what was delivered a month ago, and what was given up three months ago. */
export const createSweepWebhooks = (queue: Pick<WebhookQueue, 'sweep'>, logger: Logger): Job =>
  createJob('sweep-webhooks', HOUR_MS, queue.sweep, logger);
