import type { NewInboxEvent } from '@cartograph/kernel/inbox';
import type { Ports } from '../ports.ts';
import { lookUp } from './look-up.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { readPayment } from './service.ts';
import { undoPayment } from './undo-payment.ts';

/**
 * A verified event of the provider: stored once, then applied once, in any order. True when nothing of it is left to do;
 * what cannot be applied now is tried again by `applyDueEvents`, so the provider need not send it again.
 */
export const receiveEvent =
  (ports: Ports) =>
  async (provider: string, payload: { readonly id: string; readonly type: string }): Promise<boolean> => {
    const { inbox, providers } = ports;
    const stored = { provider, id: payload.id, type: payload.type, payload };
    const event = providers.named(provider).readEvent(payload);
    if (!event) {
      await inbox.store(stored, 'to-ignore');
      return true;
    }
    const isNews = await inbox.receive(event, provider, payload);
    return isNews ? inbox.apply(stored, applyEvent(ports)) : true;
  };

/** Takes up events that could not be applied, or whose process died after storing them. */
export const applyDueEvents =
  (ports: Ports) =>
  async (limit: number): Promise<void> => {
    for (const event of await ports.inbox.takeDue(limit)) await ports.inbox.apply(event, applyEvent(ports));
  };

const applyEvent =
  (ports: Ports) =>
  async ({ provider: name, payload }: NewInboxEvent): Promise<void> => {
    const event = ports.providers.named(name).readEvent(payload);
    const payment = event && (await readPayment(ports, event.reference));
    // What one provider says of another's payment is nothing to us.
    if (!payment || payment.provider !== name) return;
    const snapshot = event.payment ?? (await lookUp(ports, payment));
    if (!snapshot) return;
    const recorded = await recordSnapshot(ports, payment.id, snapshot, { notify: true });
    if (recorded?.barred) await undoPayment(ports, recorded.payment, true);
  };
