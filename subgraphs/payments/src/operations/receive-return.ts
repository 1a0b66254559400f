import { isOpen } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { readPayment } from './service.ts';
import { undoPayment } from './undo-payment.ts';

/** The buyer is back from the bank's page. Safe to repeat, and nothing is lost with it: events and the job go on, too. */
export const receiveReturn =
  (ports: Ports) =>
  async (provider: string, reference: string, query: Readonly<Record<string, string>>): Promise<void> => {
    const payment = await readPayment(ports, reference);
    // One that was given up meanwhile must not be completed.
    if (!payment || payment.provider !== provider || !isOpen(payment)) return;
    const snapshot = await ports.providers.named(provider).returned?.(query);
    if (snapshot?.reference !== reference) return;
    const recorded = await recordSnapshot(ports, reference, snapshot, { notify: true });
    if (recorded?.barred) await undoPayment(ports, recorded.payment, true);
  };
