import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { parseMoney } from '@cartograph/kernel/money';
import { readText } from '@cartograph/kernel/text';
import type { Ports } from '../ports.ts';

export interface RecordOrderInput {
  readonly id: string;
  readonly customerId: string;
  readonly number: string;
  readonly status: string;
  readonly currencyCode: string;
  readonly total: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly title: string;
    readonly quantity: number;
    readonly unitPrice: string;
  }[];
  readonly placedAt: Date;
  readonly statusAt: Date;
}

/** For orders: how an order of a customer stands now. Safe to repeat, and in any order. */
export const recordOrder =
  (ports: Ports) =>
  async ({ id, customerId, currencyCode, total, lines, ...order }: RecordOrderInput): Promise<boolean> => {
    if (!isId('Order', id) || !isId('Customer', customerId))
      throw badInput('"id" and "customerId" must be global ids.');
    await ports.syncSubjects.recordOrder({
      ...{ id, customerId, placedAt: order.placedAt, statusAt: order.statusAt },
      number: readText('number', order.number, { max: 100 }),
      status: readText('status', order.status, { max: 40 }),
      total: parseMoney(total, currencyCode),
      lines: lines.map((line) => ({ ...line, unitPrice: parseMoney(line.unitPrice, currencyCode) })),
    });
    ports.wake('receivers');
    return true;
  };
