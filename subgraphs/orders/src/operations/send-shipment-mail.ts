import type { NewOrderEvent } from '../domain/order-event.ts';
import { mailedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import type { OrderReader } from './read-together.ts';
import { headOf, recipientOf, titleOf } from './send-order-mail.ts';
import { newsOfShipment } from './tell-channel.ts';

type Used = Pick<Ports, 'fulfilment' | 'messages' | 'channelMessages' | 'clock'>;

/** Tells the buyer by mail, or their channel, that a shipment is on its way, and what is in it; once per shipment. */
export const sendShipmentMail =
  ({ fulfilment, messages, channelMessages, clock }: Used, reader: OrderReader) =>
  async (orderId: string, shipmentId: string): Promise<readonly NewOrderEvent[]> => {
    const [found, shipments] = await Promise.all([reader.find(orderId), fulfilment.trackedShipmentsOf(orderId)]);
    const shipment = shipments.find(({ id }) => id === shipmentId);
    if (!found || !shipment || shipment.status === 'CANCELLED') return [];
    const { order, lines } = found;
    if (order.channel) {
      const all = { lines, shipments, now: clock() };
      await channelMessages.queue(newsOfShipment(order, order.channel, shipment, all));
      return [];
    }
    await messages.send({
      key: `${shipmentId}:shipment-sent`,
      template: 'shipment-sent',
      ...recipientOf(order),
      data: {
        ...headOf(order),
        trackingNumber: shipment.trackingNumber ?? null,
        trackingUrl: shipment.trackingUrl ?? null,
        lines: shipment.lines.flatMap(({ orderLineId, quantity }) => {
          const line = lines.find(({ id }) => id === orderLineId);
          return line ? [{ title: titleOf(line), sku: line.sku, quantity }] : [];
        }),
      },
    });
    return [mailedEvent(orderId, `mail:${shipmentId}`, 'shipment-sent')];
  };
