import type { ClaimedDelivery, WebhookAnswer, WebhookDisabledReason } from '../domain/webhook.ts';
import { FAILING_DAYS, nextPause } from '../domain/webhook-schedule.ts';
import type { WebhookSender } from '../ports/webhooks.ts';
import type { Ports } from '../ports.ts';

export interface DeliverWebhookOptions {
  readonly sender: WebhookSender;
  /** From 0 to 1. */
  readonly random: () => number;
  /** An endpoint was disabled because it does not work. */
  readonly onDisabled: (endpoint: { readonly id: string; readonly reason: WebhookDisabledReason }) => void;
}

const GONE = 410;

/** One attempt, and what follows from it. A process that dies in between leaves the delivery to be sent again. */
export const deliverWebhook =
  ({ webhooks }: Pick<Ports, 'webhooks'>, { sender, random, onDisabled }: DeliverWebhookOptions) =>
  async (delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> => {
    const answer = await sender.send(delivery, signal);
    if (answer.error === null) return webhooks.queue.delivered(delivery, answer);
    const gone = answer.statusCode === GONE;
    const pause = gone ? null : nextPause(delivery.tries, random(), answer.retryAfterSeconds);
    await webhooks.queue.refused(delivery, answer, pause);
    const reason = pause === null ? await reasonToDisable(delivery, answer) : null;
    if (reason && (await webhooks.endpoints.disable(delivery.endpointId, reason)))
      onDisabled({ id: delivery.endpointId, reason });

    async function reasonToDisable(
      { endpointId }: ClaimedDelivery,
      { statusCode }: WebhookAnswer,
    ): Promise<WebhookDisabledReason | null> {
      if (statusCode === GONE) return 'GONE';
      return (await webhooks.queue.isFailing(endpointId, FAILING_DAYS)) ? 'FAILING' : null;
    }
  };
