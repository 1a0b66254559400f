import { createJob, type Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import { createRelay, type Deliver, type RelayOptions } from '@cartograph/runtime/outbox';
import type { Presence } from '@cartograph/runtime/presence';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { Operations } from '../operations/index.ts';
import type { IssuedRefund } from '../ports/order-news.ts';

type Used = Pick<
  Operations,
  | 'recoverSagas'
  | 'expirePayments'
  | 'renewHolds'
  | 'capturePayment'
  | 'releasePayment'
  | 'sendOrderMail'
  | 'sendShipmentMail'
  | 'sendReturnMail'
  | 'tellCustomers'
  | 'abandonExchange'
  | 'sendCartMail'
  | 'sendRefundMail'
>;

/** Takes over the sagas that a process which ended has left behind. */
export const createSagaRecovery = (operations: Used, logger: Logger): Job =>
  createJob('recover-sagas', 500, operations.recoverSagas, logger);

/** Ends the orders whose buyers never confirmed their payment. */
export const createPaymentExpiry = (operations: Used, logger: Logger): Job =>
  createJob('expire-payments', 15_000, operations.expirePayments, logger);

/** Keeps the goods of orders whose payment is pending: each hold is renewed twice before it would end. */
export const createHoldRenewal = (operations: Used, holdSeconds: number, logger: Logger): Job =>
  createJob('renew-holds', (holdSeconds * 1_000) / 3, operations.renewHolds, logger);

/** Carries out what orders have left in the outbox; asked for after each order, so that it seldom waits. */
export const createOutboxRelay = (
  operations: Used,
  options: Pick<RelayOptions<NewOrderEvent>, 'pool' | 'logger' | 'notes'> & { readonly presence: Presence },
): Job => createRelay({ name: 'relay-outbox', everyMs: 1_000, handlers: handlers(operations), ...options });

const handlers = ({
  capturePayment,
  releasePayment,
  sendOrderMail,
  sendShipmentMail,
  sendReturnMail,
  tellCustomers,
  abandonExchange,
  sendCartMail,
  sendRefundMail,
}: Used): Readonly<Record<string, Deliver<NewOrderEvent>>> => ({
  'capture-payment': ({ payload: { orderId, shipmentId, part = shipmentId, amount } }) =>
    capturePayment(String(orderId), typeof part === 'string' ? { id: part, amount: Number(amount) } : null),
  'release-payment': ({ payload }) => releasePayment(String(payload.orderId)),
  'order-mail': ({ payload }) =>
    sendOrderMail(String(payload.orderId), String(payload.template), Number(payload.givenBack ?? 0)),
  'shipment-mail': ({ payload }) => sendShipmentMail(String(payload.orderId), String(payload.shipmentId)),
  'abandon-exchange': ({ payload }) => abandonExchange(String(payload.orderId)),
  'tell-customers': ({ payload }) => tellCustomers(String(payload.orderId)),
  'return-mail': ({ payload }) => sendReturnMail(String(payload.returnId), Number(payload.owed ?? 0)),
  'refund-mail': ({ payload }) => sendRefundMail(payload as unknown as IssuedRefund),
  'cart-mail': ({ payload }) => sendCartMail(String(payload.cartId), Number(payload.version)),
});
