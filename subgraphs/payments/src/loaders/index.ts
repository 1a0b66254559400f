import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { loadMany, loadOne } from './grouped.ts';

/** One set per request, so that the cache never outlives the viewer it was filled for. */
export const createLoaders = ({ payments, effects, storedValues, savedMethods }: Ports, viewer: Viewer) => ({
  paymentById: loadOne(
    'paymentById',
    (ids) => payments.findByIds(viewer, ids),
    ({ id }) => id,
  ),
  currentPaymentByOrderId: loadOne(
    'currentPaymentByOrderId',
    (orderIds) => payments.findCurrent(viewer, orderIds),
    ({ orderId }) => orderId,
  ),
  paymentsByOrderId: loadMany(
    'paymentsByOrderId',
    (orderIds) => payments.findByOrderIds(viewer, orderIds),
    ({ orderId }) => orderId,
  ),
  redemptionsByPaymentId: loadMany(
    'redemptionsByPaymentId',
    (ids) => payments.findRedemptions(ids),
    ({ paymentId }) => paymentId,
  ),
  attemptsByPaymentId: loadMany(
    'attemptsByPaymentId',
    (ids) => payments.findAttempts(ids),
    ({ paymentId }) => paymentId,
  ),
  refundById: loadOne(
    'refundById',
    (ids) => effects.findRefunds(viewer, ids),
    ({ id }) => id,
  ),
  refundsByPaymentId: loadMany(
    'refundsByPaymentId',
    (ids) => effects.findRefundsByPaymentIds(ids),
    ({ paymentId }) => paymentId,
  ),
  giftCardById: loadOne(
    'giftCardById',
    (ids) => storedValues.findByIds(viewer, ids),
    ({ id }) => id,
  ),
  storedValuesByCustomerId: loadMany(
    'storedValuesByCustomerId',
    (ids) => storedValues.findByCustomerIds(viewer, ids),
    ({ customerId }) => customerId ?? '',
  ),
  methodsByCustomerId: loadMany(
    'methodsByCustomerId',
    (ids) => savedMethods.findByCustomerIds(viewer, ids),
    ({ customerId }) => customerId,
  ),
});

export type Loaders = ReturnType<typeof createLoaders>;
