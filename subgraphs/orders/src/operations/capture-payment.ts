import { money } from '@cartograph/kernel/money';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { capturedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import type { OrderReader } from './read-together.ts';

/** A shipment that has left, or what no shipment takes, and what it is worth in minor units. */
export interface CapturedPart {
  readonly id: string;
  readonly amount: number;
}

/** Takes the money of an order that was confirmed: all of it, or what one part is worth. Gives what its timeline is to tell. */
export const capturePayment =
  ({ payments }: Pick<Ports, 'payments'>, reader: OrderReader) =>
  async (orderId: string, part: CapturedPart | null): Promise<readonly NewOrderEvent[]> => {
    const order = (await reader.find(orderId))?.order;
    // Cancelled meanwhile: nothing is left to take. An order of nothing was never charged.
    if (!order || order.status === 'CANCELLED') return [];
    // Its parcels may have left, and then it is not cancelled and has to be paid.
    if (order.status === 'CANCELLING') throw new Error(`whether ${orderId} is cancelled is not known yet`);
    const due = money(order.total.minor - order.credit.minor, order.currency);
    if (due.minor === 0) return [];
    const amount = part && money(part.amount, order.currency);
    if (!(await payments.capture(orderId, `${part?.id ?? orderId}:capture`, amount)))
      throw new Error(`the payment of ${orderId} was not captured`);
    return [capturedEvent(orderId, `captured:${part?.id ?? 'all'}`, amount ?? due)];
  };
