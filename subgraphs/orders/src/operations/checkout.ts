import type { IssuedRefund } from '../ports/order-news.ts';
import type { Ports } from '../ports.ts';
import { cancelOrderSaga } from '../sagas/cancel-order.ts';
import { editOrderSaga } from '../sagas/order-edit.ts';
import { type CheckoutPolicy, placeOrderSaga } from '../sagas/place-order.ts';
import { receiveReturnSaga } from '../sagas/receive-return.ts';
import { cancelOrder } from './cancel-order.ts';
import { capturePayment } from './capture-payment.ts';
import { completePayment } from './complete-payment.ts';
import { editOrder } from './edit-order.ts';
import { createExchanges } from './exchange-return.ts';
import { expirePayments } from './expire-payments.ts';
import { hearChannels } from './hear-channels.ts';
import { listChannelOrders } from './list-channel-orders.ts';
import { findOrderByNumber, listOrders } from './list-orders.ts';
import { lookAtChannels } from './look-at-channels.ts';
import { payOrder } from './pay-order.ts';
import { paymentChanged } from './payment-changed.ts';
import { placeOrder } from './place-order.ts';
import { readTogether } from './read-together.ts';
import { releasePayment } from './release-payment.ts';
import { releaseReservation } from './release-reservation.ts';
import { renewHolds } from './renew-holds.ts';
import type { ReturnSettings } from './request-return.ts';
import { createReturns } from './returns.ts';
import { sendOrderMail } from './send-order-mail.ts';
import { sendRefundMail } from './send-refund-mail.ts';
import { sendShipmentMail } from './send-shipment-mail.ts';
import { shipmentChanged } from './shipment-changed.ts';
import { type AnySaga, canGiveUp, giveUpStep, listStuckSteps, retryStep, watched } from './stuck-steps.ts';
import { takeInChannelOrders } from './take-in-channel-orders.ts';
import { tellChannels } from './tell-channels.ts';
import { tellCustomers } from './tell-customers.ts';

export interface CheckoutSettings extends CheckoutPolicy, ReturnSettings {
  /** How long a request waits before it is told that the shop still works on it. */
  readonly deadlineMs: number;
  /** How long a buyer may take to confirm a payment. */
  readonly paymentSeconds: number;
  /** How long a buyer may take to pay what an edit of their order costs more. */
  readonly editPaymentSeconds: number;
}

/** Everything that is done with orders, on the sagas that do it. */
export function createCheckout(ports: Ports, settings: CheckoutSettings) {
  const saga = watched(placeOrderSaga(ports, settings), ports);
  const cancelSaga = watched(cancelOrderSaga(ports), ports);
  const receiveSaga = watched(receiveReturnSaga(ports, createExchanges(ports, saga)), ports);
  const editSaga = watched(editOrderSaga(ports), ports);
  const sagas = [saga, cancelSaga, receiveSaga, editSaga] as readonly AnySaga[];
  const options = { ports, saga, cancelSaga, deadlineMs: settings.deadlineMs };
  const { capture, editPaymentSeconds, holdSeconds, deadlineMs } = settings;
  const cancel = cancelOrder({ ...options, capture });
  const reader = readTogether(ports);
  return {
    ...createReturns(ports, settings, receiveSaga, saga),
    placeOrder: placeOrder(options),
    completePayment: completePayment(options),
    cancelOrder: cancel,
    payOrder: payOrder(options),
    editOrder: editOrder({ ...options, editSaga, capture, editPaymentSeconds }),
    listOrders: listOrders(ports),
    findOrderByNumber: findOrderByNumber(ports),
    paymentChanged: paymentChanged(options),
    shipmentChanged: shipmentChanged(ports, settings),
    refundIssued: (refund: IssuedRefund) => ports.orderNews.refundIssued(refund),
    expirePayments: expirePayments(options, settings.paymentSeconds),
    renewHolds: renewHolds(ports, settings.holdSeconds),
    recoverSagas: async () => {
      await ports.sagas.recover(sagas);
    },
    listStuckSteps: listStuckSteps(ports),
    canGiveUp: canGiveUp(sagas),
    retryStep: retryStep(ports, sagas),
    giveUpStep: giveUpStep(ports, sagas),
    releaseReservation: releaseReservation(ports, settings),
    capturePayment: capturePayment(ports, reader),
    releasePayment: releasePayment(ports),
    sendOrderMail: sendOrderMail(ports, reader),
    sendShipmentMail: sendShipmentMail(ports, reader),
    sendRefundMail: sendRefundMail(ports),
    tellCustomers: tellCustomers(ports, reader),
    hearChannels: hearChannels(ports),
    lookAtChannels: lookAtChannels(ports),
    takeInChannelOrders: takeInChannelOrders({ ports, saga, holdSeconds, deadlineMs, cancel }),
    tellChannels: tellChannels(ports),
    listChannelOrders: listChannelOrders(ports),
  };
}
