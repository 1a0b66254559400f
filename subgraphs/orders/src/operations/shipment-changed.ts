import { shipmentNews } from '../domain/news.ts';
import { fulfilmentStatus } from '../domain/order-status.ts';
import type { Ports } from '../ports.ts';
import { captureEvent } from '../sagas/order-events.ts';
import type { CheckoutPolicy } from '../sagas/place-order.ts';

export interface ShipmentNews {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly status: string;
  readonly eventId: string;
}

/** Shipping tells that a shipment has changed: the order follows all its shipments as they are now. */
export const shipmentChanged =
  ({ fulfilment, orderNews }: Pick<Ports, 'fulfilment' | 'orderNews'>, { capture }: CheckoutPolicy) =>
  async ({ orderId, status, eventId }: ShipmentNews): Promise<boolean> => {
    // Read anew instead of believed: events come late and in any order, and only shipping knows how many there are.
    const shipments = await fulfilment.shipmentsOf(orderId);
    const change = { status: fulfilmentStatus(shipments), message: shipmentNews(status) };
    const events = capture === 'on_shipment' ? [captureEvent(orderId)] : [];
    return orderNews.shipmentChanged(eventId, orderId, shipments, change, events);
  };
