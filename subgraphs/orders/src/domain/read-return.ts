import { isId } from '@cartograph/kernel/id';
import { MAX_LINES, MAX_QUANTITY } from './cart.ts';
import type { CheckoutRequest } from './checkout.ts';
import { type MoneyInput, readMoney } from './money-input.ts';
import { type InvalidInput, invalidInput } from './outcome.ts';
import { readKey, readLines } from './read-place-order.ts';
import type { ReturnCondition, ReturnReason, ReturnRequest } from './return.ts';
import type { ReceiptRequest } from './return-receipt.ts';
import { createInputReader, type InputReader } from './text-input.ts';

type Optional<T> = T | null | undefined;

export interface RequestReturnInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly quantity: number;
    readonly reason: ReturnReason;
    readonly note?: Optional<string>;
  }[];
}

export interface ReceiveReturnInput {
  readonly returnId: string;
  readonly idempotencyKey: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly condition: ReturnCondition;
  }[];
  readonly refundShipping?: boolean;
  readonly refundAmount?: Optional<MoneyInput>;
}

interface Keyed<T> {
  readonly key: string;
  readonly request: T;
}

/** One form for everything that means the same, so that a repeated request is recognised; or all that is wrong with it. */
export function readReturnRequest(input: RequestReturnInput): Keyed<ReturnRequest> | InvalidInput {
  const read = createInputReader();
  const key = readKey(read, input.idempotencyKey);
  countLines(read, input.lines, MAX_LINES);
  const seen = new Set<string>();
  const lines = input.lines.map(({ orderLineId, quantity, reason, note }, index) => {
    if (!isId('OrderLine', orderLineId))
      read.refuse(['lines', index, 'orderLineId'], 'This is not the id of a line of an order.');
    if (seen.has(orderLineId)) read.refuse(['lines', index, 'orderLineId'], 'Name each line once.');
    seen.add(orderLineId);
    readQuantity(read, index, quantity);
    const words = read.optional(['lines', index, 'note'], note, 1000);
    if (reason === 'OTHER' && words === null) read.refuse(['lines', index, 'note'], 'Say what the reason is.');
    return { orderLineId, quantity, reason, note: words };
  });
  return read.issues.length > 0 ? invalidInput(read.issues) : { key, request: { orderId: input.orderId, lines } };
}

export function readReceipt(input: ReceiveReturnInput): Keyed<ReceiptRequest> | InvalidInput {
  const read = createInputReader();
  const key = readKey(read, input.idempotencyKey);
  countLines(read, input.lines, 2 * MAX_LINES);
  const seen = new Set<string>();
  const lines = input.lines.map(({ lineId, quantity, condition }, index) => {
    if (seen.has(`${lineId} ${condition}`))
      read.refuse(['lines', index, 'lineId'], 'Name each line once per condition.');
    seen.add(`${lineId} ${condition}`);
    readQuantity(read, index, quantity);
    return { lineId, quantity, condition };
  });
  const refundAmount = readMoney(read, ['refundAmount'], input.refundAmount);
  if (refundAmount && refundAmount.minor < 0) read.refuse(['refundAmount', 'amount'], 'Write an amount from 0.');
  const refundShipping = input.refundShipping ?? false;
  if (refundAmount && refundShipping)
    read.refuse(['refundShipping'], 'Give either "refundShipping" or "refundAmount", which is the whole refund.');
  return read.issues.length > 0
    ? invalidInput(read.issues)
    : { key, request: { returnId: input.returnId, lines, refundShipping, refundAmount } };
}

export interface ExchangeReturnInput {
  readonly returnId: string;
  readonly idempotencyKey: string;
  readonly lines: CheckoutRequest['lines'];
}

export function readExchange(
  input: ExchangeReturnInput,
): Keyed<Pick<ExchangeReturnInput, 'returnId' | 'lines'>> | InvalidInput {
  const read = createInputReader();
  const key = readKey(read, input.idempotencyKey);
  const lines = input.lines.map(({ variantId, quantity }) => ({ variantId, quantity }));
  readLines(read, lines);
  return read.issues.length > 0 ? invalidInput(read.issues) : { key, request: { returnId: input.returnId, lines } };
}

function countLines(read: InputReader, lines: readonly unknown[], max: number): void {
  if (lines.length < 1 || lines.length > max) read.refuse(['lines'], `Give from 1 to ${max} lines.`);
}

function readQuantity(read: InputReader, index: number, quantity: number): void {
  if (quantity < 1 || quantity > MAX_QUANTITY)
    read.refuse(['lines', index, 'quantity'], `Write a quantity from 1 to ${MAX_QUANTITY}.`);
}
