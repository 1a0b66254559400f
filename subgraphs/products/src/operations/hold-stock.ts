import { badInput, CodedError } from '@cartograph/kernel/errors';
import { invalidInput } from '@cartograph/kernel/refusal';
import type { StockAllocation, StockLine, StockShortage } from '../domain/stock.ts';
import { lineIssues, mergeLines } from '../domain/stock-lines.ts';
import type { Ports } from '../ports.ts';

export interface HoldStockInput {
  readonly orderId: string;
  readonly lines: readonly StockLine[];
  readonly expiresInSeconds: number;
}

export type HoldStockOutcome =
  | { readonly kind: 'StockHeld'; readonly expiresAt: Date; readonly allocations: readonly StockAllocation[] }
  | { readonly kind: 'InsufficientStock'; readonly message: string; readonly lines: readonly StockShortage[] };

export const MAX_ID = 200;
const MAX_ORDER_LINES = 200;
const WEEK = 7 * 86_400;

/** Holds an order's goods for a while, all or nothing. To ask again is safe and extends the hold. */
export const holdStock =
  ({ holds }: Ports) =>
  async ({ orderId, lines, expiresInSeconds }: HoldStockInput): Promise<HoldStockOutcome> => {
    checkOrderLines(orderId, lines);
    if (expiresInSeconds < 1 || expiresInSeconds > WEEK)
      throw badInput(`"expiresInSeconds" must be from 1 to ${WEEK}.`);
    const answer = await holds.hold(orderId, mergeLines(lines), expiresInSeconds);
    if (answer.outcome === 'HELD')
      return { kind: 'StockHeld', expiresAt: answer.expiresAt, allocations: answer.allocations };
    if (answer.outcome === 'SHORT')
      return { kind: 'InsufficientStock', message: shortage(answer.lines), lines: answer.lines };
    // Both say that the caller contradicts itself: an order is held for once, with its lines as they are.
    throw new CodedError('CONFLICT', CONTRADICTIONS[answer.outcome]);
  };

const CONTRADICTIONS = {
  CLOSED: 'The stock of this order was released or sold already: nothing more is held for it.',
  OTHER_QUANTITY: 'This order holds another quantity of one of these variants. Release it, and hold for a new order.',
} as const;

const shortage = (lines: readonly StockShortage[]): string =>
  lines
    .map(
      ({ variantId, requested, available }) => `Of ${variantId} ${requested} were asked for and ${available} are left.`,
    )
    .join(' ');

/** For calls of neighbours, whose mistakes are defects of ours and need no typed refusal. */
export function checkOrderLines(orderId: string, lines: readonly StockLine[]): void {
  if (orderId.length < 1 || orderId.length > MAX_ID) throw badInput('"orderId" is not the id of an order.');
  const issues = lineIssues(lines, MAX_ORDER_LINES);
  if (issues.length > 0) throw badInput(invalidInput(issues).message);
}
