import type { SoldOrder } from './amazon-orders.ts';
import { readXml, tags, textAt } from './amazon-xml.ts';

/** What order feeds do to orders. A worker gives what is wrong with one message; null when it was taken. */
export function createOrderFeeds(orders: ReadonlyMap<string, SoldOrder>, touch: (order: SoldOrder) => void) {
  function acknowledge(xml: string): string | null {
    const order = orders.get(textAt(xml, 'AmazonOrderID'));
    if (!order) return 'There is no such order.';
    if (textAt(xml, 'StatusCode') === 'Success') order.alias = textAt(xml, 'MerchantOrderID');
    else if (order.status === 'CANCELLED') return 'The order is cancelled already.';
    else if (order.items.some(({ shipped }) => shipped > 0))
      return 'The order has been shipped and cannot be cancelled.';
    else Object.assign(order, { status: 'CANCELLED', cancelReason: textAt(xml, 'CancelReason') });
    touch(order);
    return null;
  }

  function fulfil(xml: string): string | null {
    const order = orders.get(textAt(xml, 'AmazonOrderID'));
    if (!order) return 'There is no such order.';
    if (order.status === 'CANCELLED' || order.status === 'PENDING') return `The order is ${order.status}.`;
    const tracking = textAt(xml, 'ShipperTrackingNumber');
    const carrier = textAt(xml, 'CarrierCode') || textAt(xml, 'CarrierName');
    if (!carrier) return 'The carrier is missing.';
    // The same parcel again says nothing new.
    if (order.packages.some((one) => one.tracking === tracking)) return null;
    const items = tags(xml, 'Item').map(
      (item) => [textAt(item, 'AmazonOrderItemCode'), Number(textAt(item, 'Quantity'))] as const,
    );
    const isRight = ([id, quantity]: readonly [string, number]) => {
      const item = order.items.find((one) => one.id === id);
      return item !== undefined && quantity > 0 && item.shipped + quantity <= item.quantity;
    };
    if (items.length === 0 || !items.every(isRight)) return 'An item is not of the order, or too many of it.';
    for (const [id, quantity] of items) for (const item of order.items) if (item.id === id) item.shipped += quantity;
    order.packages.push({ reference: String(order.packages.length + 1), carrier, tracking, items });
    order.status = order.items.every(({ shipped, quantity }) => shipped === quantity) ? 'SHIPPED' : 'PARTIALLY_SHIPPED';
    touch(order);
    return null;
  }

  /** Gives back each time that it is told so. */
  function adjust(xml: string): string | null {
    const order = orders.get(textAt(xml, 'AmazonOrderID'));
    if (!order) return 'There is no such order.';
    for (const adjusted of tags(xml, 'AdjustedItem')) {
      const item = order.items.find(({ id }) => id === textAt(adjusted, 'AmazonOrderItemCode'));
      const cents = Math.round(Number(textAt(adjusted, 'Amount')) * 100);
      if (!item || item.shipped === 0) return 'The item has not been shipped.';
      item.refunded += cents;
    }
    return null;
  }

  return {
    POST_ORDER_ACKNOWLEDGEMENT_DATA: reporting('OrderAcknowledgement', acknowledge),
    POST_ORDER_FULFILLMENT_DATA: reporting('OrderFulfillment', fulfil),
    POST_PAYMENT_ADJUSTMENT_DATA: reporting('OrderAdjustment', adjust),
  };
}

/** A report in which each message that was not taken is named by its number. */
const reporting =
  (type: string, work: (xml: string) => string | null) =>
  (text: string): string => {
    const messages = tags(readXml(text, type), 'Message');
    const results = messages.flatMap((message) => {
      const problem = work(message);
      if (problem === null) return [];
      return `<Result><MessageID>${textAt(message, 'MessageID')}</MessageID><ResultCode>Error</ResultCode><ResultMessageCode>18028</ResultMessageCode><ResultDescription>${problem}</ResultDescription></Result>`;
    });
    const counts = `<MessagesProcessed>${messages.length}</MessagesProcessed><MessagesSuccessful>${messages.length - results.length}</MessagesSuccessful><MessagesWithError>${results.length}</MessagesWithError>`;
    return `<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID><ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary>${counts}</ProcessingSummary>${results.join('')}</ProcessingReport></Message></AmazonEnvelope>`;
  };
