import { isDead, OPEN, type Payment, type PaymentStatus, statesBefore } from '../domain/payment.ts';
import type { ProviderPayment } from '../ports/payment-provider.ts';
import type { Ports } from '../ports.ts';
import { readPayment } from './service.ts';
import { soughtOf } from './sought.ts';

const STATUS: Readonly<Record<ProviderPayment['status'], PaymentStatus>> = {
  'action-required': 'ACTION_REQUIRED',
  approved: 'ACTION_REQUIRED',
  pending: 'PENDING',
  authorized: 'AUTHORIZED',
  captured: 'CAPTURED',
  declined: 'DECLINED',
  voided: 'VOIDED',
};

export interface Recorded {
  readonly payment: Payment;
  /** A void has barred the order, so what is reserved or taken has to go back. */
  readonly barred: boolean;
}

export interface RecordOptions {
  /** Tells orders: for changes that orders did not ask for itself. */
  readonly notify: boolean;
  readonly reason?: string;
}

/**
 * Brings our books up to what the provider says. Safe in any order and any number of times: each step is taken once,
 * from a state that allows it, and an old picture changes nothing. Null when the payment is not ours.
 */
export async function recordSnapshot(
  ports: Ports,
  paymentId: string,
  snapshot: ProviderPayment,
  { notify, reason }: RecordOptions,
): Promise<Recorded | null> {
  const status = STATUS[snapshot.status];
  // Money taken from an authorised payment was taken by one of our captures: those are settled one by one below.
  const after = status === 'CAPTURED' ? OPEN : statesBefore(status);
  const settled = await ports.authorizations.settle({
    paymentId,
    status,
    after,
    operation: status === 'VOIDED' ? 'VOID' : 'AUTHORIZE',
    snapshot,
    declineReason: reason ?? (status === 'VOIDED' ? 'VOIDED' : snapshot.declineReason),
    effectId: ports.newId('Capture'),
    eventId: notify ? ports.newId('Event') : null,
  });
  let payment = settled?.payment ?? (await readPayment(ports, paymentId));
  if (!payment) return null;
  payment = await settleEffects(ports, payment, snapshot, notify);
  if (settled === null && isDead(payment)) await returnLateMoney(ports, payment, snapshot);
  if (notify) ports.wakeRelay();
  return { payment, barred: settled?.barred ?? false };
}

async function settleEffects(ports: Ports, payment: Payment, { effects, version }: ProviderPayment, notify: boolean) {
  let current = payment;
  // Nothing is claimed: every effect in the picture is settled already.
  if (payment.capturingMinor + payment.refundingMinor === 0) return current;
  for (const { id, status, refusal } of effects) {
    if (status === 'PENDING') continue;
    const eventId = notify ? ports.newId('Event') : null;
    current = (await ports.effects.settle({ effectId: id, status, refusal, version, eventId })) ?? current;
  }
  return current;
}

/** We gave the payment up, and the provider took it after all (a request that was on its way): give it back there. */
async function returnLateMoney({ providers }: Ports, payment: Payment, snapshot: ProviderPayment): Promise<void> {
  if (snapshot.version <= payment.providerVersion) return;
  const provider = providers.named(payment.provider);
  const { providerId, reference, currency, capturedMinor, refundedMinor } = snapshot;
  if (snapshot.status === 'authorized' || snapshot.status === 'action-required' || snapshot.status === 'pending')
    await provider.void({ ...soughtOf(payment), providerId, isReserved: snapshot.status === 'authorized' });
  if (snapshot.status === 'captured' && capturedMinor > refundedMinor)
    await provider.refund({
      id: `undo:${reference}`,
      reference,
      providerId,
      amount: { minor: capturedMinor - refundedMinor, currency },
    });
}
