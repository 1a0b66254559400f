import { isId } from '@cartograph/kernel/id';
import { MAX_LINES, MAX_QUANTITY } from './cart.ts';
import { type MoneyInput, readMoney } from './money-input.ts';
import type { EditRequest, RemovedLine } from './order-edit.ts';
import { type InvalidInput, invalidInput } from './outcome.ts';
import { readKey } from './read-place-order.ts';
import { createInputReader, type InputReader } from './text-input.ts';

export interface EditOrderInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly remove: readonly RemovedLine[];
  readonly add: EditRequest['add'];
  readonly reason: string;
  readonly expectedDifference?: MoneyInput | null | undefined;
}

/** One form for everything that means the same, so that a repeated request is recognised; or all that is wrong with it. */
export function readEdit(
  input: EditOrderInput,
): { readonly key: string; readonly request: EditRequest } | InvalidInput {
  const read = createInputReader();
  const key = readKey(read, input.idempotencyKey);
  const { orderId, remove, add } = input;
  if (remove.length + add.length < 1) read.refuse(['remove'], 'Say what to take out, or what to add.');
  readPieces(read, 'remove', 'OrderLine', remove, ({ orderLineId }) => orderLineId);
  readPieces(read, 'add', 'Variant', add, ({ variantId }) => variantId);
  const request: EditRequest = {
    orderId,
    remove: remove.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
    add: add.map(({ variantId, quantity }) => ({ variantId, quantity })),
    reason: read.text(['reason'], input.reason, 500),
    expectedDifference: readMoney(read, ['expectedDifference'], input.expectedDifference),
  };
  return read.issues.length > 0 ? invalidInput(read.issues) : { key, request };
}

const WORDS = { OrderLine: 'a line of an order', Variant: 'a variant' } as const;

function readPieces<T extends { readonly quantity: number }>(
  read: InputReader,
  name: 'remove' | 'add',
  type: 'OrderLine' | 'Variant',
  list: readonly T[],
  idOf: (piece: T) => string,
): void {
  if (list.length > MAX_LINES) read.refuse([name], `Give at most ${MAX_LINES} lines.`);
  const seen = new Set<string>();
  for (const [index, piece] of list.entries()) {
    const id = idOf(piece);
    if (!isId(type, id)) read.refuse([name, index], `This is not the id of ${WORDS[type]}.`);
    if (seen.has(id)) read.refuse([name, index], 'Name each once.');
    seen.add(id);
    if (piece.quantity < 1 || piece.quantity > MAX_QUANTITY)
      read.refuse([name, index, 'quantity'], `Write a quantity from 1 to ${MAX_QUANTITY}.`);
  }
}
