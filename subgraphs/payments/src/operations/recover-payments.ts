import { codeOf } from '@cartograph/kernel/errors';
import { isOpen, isUnwanted, type Payment } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { driveEffect } from './apply-effect.ts';
import { captureAutomatically } from './authorize-payment.ts';
import { lookUp } from './look-up.ts';
import { applyDueEvents } from './receive-event.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { readPayment } from './service.ts';
import { soughtOf } from './sought.ts';
import { giveUpLost, LOST_AFTER_MS, undoPayment } from './undo-payment.ts';

const BATCH = 20;
/** A buyer who has not come back from the bank's page by then is not coming. */
const ABANDONED_AFTER_MS = 30 * 60_000;
const KEEP_EVENTS_MS = 30 * 86_400_000;

/** Takes up what a crash, a lost answer or a lost webhook has left open. Safe on several processes at once. */
export const recoverPayments = (ports: Ports) => async (): Promise<void> => {
  const failures: unknown[] = [];
  // One provider that does not answer must not keep the others from being looked at.
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (codeOf(error) === undefined) failures.push(error);
    });
  for (const payment of await ports.authorizations.takeDue(BATCH)) await attempt(resolve(ports, payment));
  for (const effect of await ports.effects.takeDue(BATCH)) {
    const payment = await readPayment(ports, effect.paymentId);
    if (payment) await attempt(driveEffect(ports, payment, effect, true));
  }
  await attempt(applyDueEvents(ports)(BATCH));
  await ports.inbox.forget(new Date(ports.clock().getTime() - KEEP_EVENTS_MS));
  await ports.storedValues.forgetLookups();
  if (failures.length > 0) throw new AggregateError(failures, 'some payments could not be recovered');
};

async function resolve(ports: Ports, payment: Payment & { readonly barred: boolean }): Promise<void> {
  if (payment.barred || isUnwanted(payment)) await undoPayment(ports, payment, true);
  else if (isOpen(payment)) await resolveOpen(ports, payment);
  else if (payment.status === 'AUTHORIZED' && payment.captureMode === 'AUTOMATIC')
    await captureAutomatically(ports, payment, true);
  await ports.authorizations.rest(payment);
}

async function resolveOpen(ports: Ports, payment: Payment): Promise<void> {
  const age = ports.clock().getTime() - payment.createdAt.getTime();
  const snapshot = await lookUp(ports, payment);
  if (!snapshot) {
    if (age > LOST_AFTER_MS) await giveUpLost(ports, payment, true, 'EXPIRED');
    return;
  }
  const recorded = await recordSnapshot(ports, payment.id, snapshot, { notify: true });
  if (!recorded || !isOpen(recorded.payment) || age < ABANDONED_AFTER_MS) return;
  const voided = await ports.providers
    .named(payment.provider)
    .void({ ...soughtOf(payment), providerId: snapshot.providerId });
  if (voided) await recordSnapshot(ports, payment.id, voided, { notify: true, reason: 'EXPIRED' });
}
