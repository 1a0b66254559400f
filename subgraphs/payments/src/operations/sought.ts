import { isDead, type Payment } from '../domain/payment.ts';
import type { SoughtPayment } from '../ports/payment-provider.ts';

/** A payment of ours, as its provider is asked for it. */
export const soughtOf = (payment: Payment): SoughtPayment => ({
  reference: payment.id,
  providerId: payment.providerId,
  amount: { minor: payment.amountMinor - payment.storedMinor, currency: payment.currency },
  capture: payment.captureMode,
  buyerId: payment.buyerId,
  orderId: payment.orderId,
  createdAt: payment.createdAt,
  isReserved: payment.authorizedAt !== null && !isDead(payment),
});
