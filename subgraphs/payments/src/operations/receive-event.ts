import type { NewInboxEvent } from '@cartograph/kernel/inbox';
import type { Ports } from '../ports.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { undoPayment } from './undo-payment.ts';

/**
 * A verified event of the provider: stored once, then applied once, in any order. True when nothing of it is left to do;
 * what cannot be applied now is tried again by `applyDueEvents`, so the provider need not send it again.
 */
export const receiveEvent =
  (ports: Ports) =>
  async (payload: { readonly id: string; readonly type: string }): Promise<boolean> => {
    const { inbox, provider } = ports;
    const stored = { provider: provider.name, id: payload.id, type: payload.type, payload };
    const event = provider.readEvent(payload);
    if (!event) {
      await inbox.store(stored, 'to-ignore');
      return true;
    }
    const isNews = await inbox.receive(event, provider.name, payload);
    return isNews ? inbox.apply(stored, applyEvent(ports)) : true;
  };

/** Takes up events that could not be applied, or whose process died after storing them. */
export const applyDueEvents = (ports: Ports) => async (limit: number): Promise<void> => {
  for (const event of await ports.inbox.takeDue(limit)) await ports.inbox.apply(event, applyEvent(ports));
};

const applyEvent =
  (ports: Ports) =>
  async ({ payload }: NewInboxEvent): Promise<void> => {
    const event = ports.provider.readEvent(payload);
    if (!event) return;
    const recorded = await recordSnapshot(ports, event.payment.reference, event.payment, { notify: true });
    if (recorded?.barred) await undoPayment(ports, recorded.payment, true);
  };
