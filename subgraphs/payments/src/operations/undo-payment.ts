import { EFFECT_ID, undoKey } from '../domain/effect.ts';
import { isDead, isOpen, netMinor, type Payment, paysByCard, reservedMinor, statesBefore } from '../domain/payment.ts';
import type { Ports } from '../ports.ts';
import { applyEffect, driveEffect } from './apply-effect.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { readPayment } from './service.ts';
import { soughtOf } from './sought.ts';

/** A request that the provider has not seen by then was never sent; a later one is undone by `recordSnapshot`. */
export const LOST_AFTER_MS = 60_000;

/** Each round takes one step; more are needed only when others change the payment meanwhile. */
const MAX_ROUNDS = 6;

/** Nothing of the buyer's money is with us, and nothing is under way. */
const isUndone = (payment: Payment): boolean =>
  isDead(payment) ||
  (!isOpen(payment) &&
    payment.status !== 'AUTHORIZED' &&
    netMinor(payment) === 0 &&
    reservedMinor(payment) === 0 &&
    payment.capturingMinor + payment.refundingMinor === 0);

/**
 * Leaves no net charge, from whatever state: waits for nothing, repeats safely, and what it cannot finish now (the
 * provider has not even got the request yet) the recovery job finishes.
 */
export async function undoPayment(ports: Ports, payment: Payment, notify: boolean): Promise<Payment> {
  let current = payment;
  for (let round = 0; round < MAX_ROUNDS && !isUndone(current); round += 1) {
    const next = await takeStep(ports, current, notify);
    if (!next) break;
    const isStill = next.status === current.status && next.updatedAt.getTime() === current.updatedAt.getTime();
    current = next;
    // The provider has received it and tells later what came of it.
    if (isStill) break;
  }
  return current;
}

async function takeStep(ports: Ports, payment: Payment, notify: boolean): Promise<Payment | null> {
  if (payment.capturingMinor + payment.refundingMinor > 0) {
    for (const effect of await ports.effects.findPending(payment.id)) await driveEffect(ports, payment, effect, notify);
    return readPayment(ports, payment.id);
  }
  if (payment.capturedMinor > 0 && reservedMinor(payment) > 0) return releaseRest(ports, payment);
  if (netMinor(payment) > 0) return refundAll(ports, payment, notify);
  if (!paysByCard(payment)) return giveUp(ports, payment, notify);
  const snapshot = payment.providerId
    ? await ports.providers.named(payment.provider).void(soughtOf(payment))
    : await findAndVoid(ports, payment);
  if (snapshot) return (await recordSnapshot(ports, payment.id, snapshot, { notify }))?.payment ?? null;
  const isLost = ports.clock().getTime() - payment.createdAt.getTime() > LOST_AFTER_MS;
  return isLost ? giveUpLost(ports, payment, notify, 'VOIDED') : null;
}

/** Before the refund, which ends what the recovery job looks after. */
async function releaseRest({ effects, newId }: Ports, { orderId, authorizedMinor }: Payment): Promise<Payment | null> {
  const key = `void:${authorizedMinor}`;
  const claim = { id: newId(EFFECT_ID.RELEASE), orderId, key, amount: null, requestedBy: 'void' };
  return (await effects.release(claim))?.payment ?? null;
}

async function refundAll(ports: Ports, payment: Payment, notify: boolean): Promise<Payment | null> {
  const outcome = await applyEffect(ports, {
    orderId: payment.orderId,
    kind: 'REFUND',
    key: undoKey(payment.refundedMinor),
    amount: null,
    reason: null,
    requestedBy: 'void',
    notify,
  });
  return outcome.kind === 'done' ? outcome.payment : null;
}

async function findAndVoid({ providers }: Ports, payment: Payment) {
  const provider = providers.named(payment.provider);
  const found = await provider.find(soughtOf(payment));
  if (!found || found.status === 'declined' || found.status === 'voided' || found.status === 'captured') return found;
  return provider.void({ ...soughtOf(payment), providerId: found.providerId });
}

/** The provider does not know it: what may still be on its way is stopped there, where it can be, and then here. */
export async function giveUpLost(
  ports: Ports,
  payment: Payment,
  notify: boolean,
  reason: 'VOIDED' | 'EXPIRED',
): Promise<Payment | null> {
  const stopped = await ports.providers.named(payment.provider).void(soughtOf(payment));
  if (!stopped) return giveUp(ports, payment, notify, reason);
  return (await recordSnapshot(ports, payment.id, stopped, { notify, reason }))?.payment ?? null;
}

/** Voids by our own decision: no card pays, or the provider never got the request. */
async function giveUp(ports: Ports, payment: Payment, notify: boolean, reason = 'VOIDED'): Promise<Payment | null> {
  const settled = await ports.authorizations.settle({
    paymentId: payment.id,
    status: 'VOIDED',
    after: statesBefore('VOIDED'),
    operation: 'VOID',
    snapshot: null,
    declineReason: reason,
    effectId: '',
    eventId: notify ? ports.newId('Event') : null,
  });
  if (notify) ports.wakeRelay();
  return settled?.payment ?? readPayment(ports, payment.id);
}
