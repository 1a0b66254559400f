import type { Ports } from '../ports.ts';
import type { OrderReader } from './read-together.ts';
import { titleOf } from './send-order-mail.ts';

/** Tells customers how an order stands now. Safe to repeat: what is older never overwrites there what is newer. */
export const tellCustomers =
  ({ customers }: Pick<Ports, 'customers'>, reader: OrderReader) =>
  async (orderId: string): Promise<void> => {
    const found = await reader.find(orderId);
    if (!found) return;
    const { order, lines } = found;
    const { id, buyerId, number, status, total, placedAt, statusAt } = order;
    await customers.recordOrder({
      ...{ id, number, status, total, placedAt, statusAt },
      customerId: buyerId,
      lines: lines.map(({ sku, quantity, unitPrice, ...line }) => ({ sku, title: titleOf(line), quantity, unitPrice })),
    });
  };
