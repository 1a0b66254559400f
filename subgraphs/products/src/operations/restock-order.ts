import { badInput, CodedError } from '@cartograph/kernel/errors';
import type { StockLine } from '../domain/stock.ts';
import { mergeLines } from '../domain/stock-lines.ts';
import { textIssues } from '../domain/text-issues.ts';
import type { Ports } from '../ports.ts';
import { checkOrderLines } from './hold-stock.ts';

export interface RestockOrderInput {
  readonly orderId: string;
  readonly lines: readonly StockLine[];
  readonly key: string;
}

/** Puts goods of a sold order back on sale, in the warehouses they were sold from. False when it never took that much. */
export const restockOrder =
  ({ holds }: Ports) =>
  async ({ orderId, lines, key }: RestockOrderInput): Promise<boolean> => {
    checkOrderLines(orderId, lines);
    const [issue] = textIssues('key', key);
    if (issue) throw badInput(`"key": ${issue.message}`);
    const answer = await holds.restock(orderId, mergeLines(lines), key);
    if (answer === 'KEY_REUSED')
      throw new CodedError('CONFLICT', 'This key has put other goods of the order back on sale. Use a new key.');
    return answer === 'DONE';
  };
