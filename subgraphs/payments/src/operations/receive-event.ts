import type { Ports } from '../ports.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { undoPayment } from './undo-payment.ts';

/** A verified event of the provider: stored once, applied once, in any order. False for one that says nothing to us. */
export const receiveEvent =
  (ports: Ports) =>
  async (payload: unknown): Promise<boolean> => {
    const event = ports.provider.readEvent(payload);
    if (!event) return false;
    const isNews = await ports.inbox.receive(event, ports.provider.name, payload);
    if (!isNews) return true;
    const recorded = await recordSnapshot(ports, event.payment.reference, event.payment, { notify: true });
    if (recorded?.barred) await undoPayment(ports, recorded.payment, true);
    await ports.inbox.markApplied(event.id);
    return true;
  };
