import type { Money } from '@cartograph/kernel/money';
import type { ShipmentCapture } from '../domain/fulfilment.ts';
import type { OutboxEvent } from '../ports.ts';

/** What leaves through the outbox. The key keeps a slow mail server from holding back the money. */
export const captureEvent = (orderId: string): OutboxEvent => ({
  id: `${orderId}:capture`,
  topic: 'capture-payment',
  key: `${orderId}:payment`,
  payload: { orderId },
});

/** Takes what a shipment that has left is worth. */
export const shipmentCaptureEvent = (orderId: string, { shipmentId, amount }: ShipmentCapture): OutboxEvent => ({
  ...captureEvent(orderId),
  id: `${shipmentId}:capture`,
  payload: { orderId, shipmentId, amount: amount.minor },
});

/** Takes what no shipment takes: an edit took out the last that was to be sent. */
export const restCaptureEvent = (orderId: string, { minor }: Money): OutboxEvent => ({
  ...captureEvent(orderId),
  id: `${orderId}:rest-capture`,
  payload: { orderId, part: `${orderId}:rest`, amount: minor },
});

/** Lets go of what is left when the last of an order is taken. Its key keeps it behind all that is still to be taken. */
export const releaseEvent = (orderId: string): OutboxEvent => ({
  ...captureEvent(orderId),
  id: `${orderId}:release`,
  topic: 'release-payment',
});

export const confirmedMail = (orderId: string): OutboxEvent => ({
  id: `${orderId}:confirmed-mail`,
  topic: 'order-mail',
  key: `${orderId}:mail`,
  payload: { orderId, template: 'order-confirmed' },
});

export const paymentDueMail = (orderId: string): OutboxEvent => ({
  id: `${orderId}:due-mail`,
  topic: 'order-mail',
  key: `${orderId}:mail`,
  payload: { orderId, template: 'payment-due' },
});

/** `givenBack`: what goes back to the buyer, in minor units. */
export const cancelledMail = (orderId: string, givenBack: number): OutboxEvent => ({
  id: `${orderId}:cancelled-mail`,
  topic: 'order-mail',
  key: `${orderId}:mail`,
  payload: { orderId, template: 'order-cancelled', givenBack },
});

export const shipmentMail = (orderId: string, shipmentId: string): OutboxEvent => ({
  id: `${shipmentId}:sent-mail`,
  topic: 'shipment-mail',
  key: `${orderId}:mail`,
  payload: { orderId, shipmentId },
});

/** `owed`: how much of the refund, in minor units, the buyer has not got, and is not told that they have. */
export const returnReceivedMail = (returnId: string, owed: number): OutboxEvent => ({
  id: `${returnId}:received-mail`,
  topic: 'return-mail',
  key: `${returnId}:mail`,
  payload: { returnId, owed },
});
