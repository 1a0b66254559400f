import { capturesOf, fulfilmentStatus, gone, isSent, isToBeSent, onTheWay } from '../domain/fulfilment.ts';
import { shipmentNews } from '../domain/news.ts';
import type { ShipmentDecision } from '../ports/order-news.ts';
import type { Ports } from '../ports.ts';
import { releaseEvent, shipmentCaptureEvent, shipmentMail } from '../sagas/order-events.ts';
import type { CheckoutPolicy } from '../sagas/place-order.ts';

export interface ShipmentNews {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly status: string;
  readonly eventId: string;
}

/** While all that was planned is still to be sent, an order stays what it is: confirmed. */
const NOTHING_FOLLOWS: ShipmentDecision = { status: 'CONFIRMED', captures: [], events: [] };

/** Shipping tells that a shipment has changed: the order follows all its shipments as they are now. False when it was known. */
export const shipmentChanged =
  ({ fulfilment, orderNews }: Pick<Ports, 'fulfilment' | 'orderNews'>, { capture }: CheckoutPolicy) =>
  async ({ orderId, shipmentId, status, eventId }: ShipmentNews): Promise<boolean> => {
    // Read anew instead of believed: events come late and in any order, and only shipping knows how many there are.
    const shipments = await fulfilment.shipmentsOf(orderId);
    const decision = shipments.length > 0 && shipments.every(isToBeSent) ? NOTHING_FOLLOWS : null;
    const news = { eventId, orderId, shipmentId, shipments, message: shipmentNews(status), decision };
    return orderNews.shipmentChanged(news, (facts) => {
      const { isAlive, isFromChannel } = facts;
      const isDue = (facts.capture ?? capture) === 'on_shipment';
      const captures = isDue && isAlive && !isFromChannel ? capturesOf(facts) : [];
      const events = captures.flatMap((one) => (one.amount.minor > 0 ? [shipmentCaptureEvent(orderId, one)] : []));
      // For each news of it anew: the mail's key lets only one go.
      const told = isFromChannel ? gone(facts.shipments) : onTheWay(facts.shipments);
      const mails = isAlive ? told.map(({ id }) => shipmentMail(orderId, id)) : [];
      const status = fulfilmentStatus(facts.lines, facts.shipments);
      const isLast = captures.length > 0 && isSent(status);
      return { status, captures, events: [...events, ...(isLast ? [releaseEvent(orderId)] : []), ...mails] };
    });
  };
