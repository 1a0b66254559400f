import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Delivery, StockLevel } from '../domain/stock.ts';
import { lineIssues, MAX_ON_HAND, mergeLines } from '../domain/stock-lines.ts';
import { optionalTextIssues, textIssues } from '../domain/text-issues.ts';
import type { Ports } from '../ports.ts';
import { actorOf } from './actor.ts';

export type ReceiveStockInput = Delivery & { readonly key: string };

export type ReceiveStockOutcome =
  | { readonly kind: 'ReceiveStockSuccess'; readonly levels: readonly StockLevel[]; readonly replayed: boolean }
  | { readonly kind: 'InventoryKeyReused' }
  | InvalidInput
  | NotFound;

const MAX_DELIVERY_LINES = 100;

/** Books goods that have arrived at one warehouse, all lines or none. */
export const receiveStock =
  ({ stock }: Ports) =>
  async (viewer: Viewer, { key, ...delivery }: ReceiveStockInput): Promise<ReceiveStockOutcome> => {
    const issues = [
      ...textIssues('key', key),
      ...lineIssues(delivery.lines, MAX_DELIVERY_LINES),
      ...optionalTextIssues('reference', delivery.reference),
    ];
    if (issues.length > 0) return invalidInput(issues);
    const { warehouseId } = delivery;
    const lines = mergeLines(delivery.lines);
    const variantIds = lines.map(({ variantId }) => variantId);
    if (!isId('Warehouse', warehouseId) || !variantIds.every((id) => isId('Variant', id)))
      return notFound('variant or warehouse');
    const { outcome } = await stock.receive({ actor: actorOf(viewer), key }, { ...delivery, lines });
    switch (outcome) {
      case 'NOT_FOUND':
        return notFound('variant or warehouse');
      case 'KEY_REUSED':
        return { kind: 'InventoryKeyReused' };
      case 'TOO_MUCH':
        return invalidInput([{ path: ['lines'], message: `A level is at most ${MAX_ON_HAND}.` }]);
      default: {
        const levels = await stock.levelsOf(viewer, variantIds, warehouseId);
        return { kind: 'ReceiveStockSuccess', levels, replayed: outcome === 'REPLAYED' };
      }
    }
  };
