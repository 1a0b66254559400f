import { isId } from '@cartograph/kernel/id';
import { type InputIssue, type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { StockAdjustment, StockLevel } from '../domain/stock.ts';
import { MAX_ON_HAND } from '../domain/stock-lines.ts';
import { textIssues } from '../domain/text-issues.ts';
import type { Ports } from '../ports.ts';
import { actorOf } from './actor.ts';

export type AdjustStockInput = StockAdjustment & { readonly key: string };

export type AdjustStockOutcome =
  | { readonly kind: 'AdjustStockSuccess'; readonly level: StockLevel; readonly replayed: boolean }
  | { readonly kind: 'StockChanged'; readonly onHand: number }
  | { readonly kind: 'StockTooLow'; readonly onHand: number; readonly held: number }
  | { readonly kind: 'InventoryKeyReused' }
  | InvalidInput
  | NotFound;

/** Corrects what one warehouse has of a variant. */
export const adjustStock =
  ({ stock }: Ports) =>
  async (viewer: Viewer, { key, ...adjustment }: AdjustStockInput): Promise<AdjustStockOutcome> => {
    const issues = issuesOf(key, adjustment);
    if (issues.length > 0) return invalidInput(issues);
    const { variantId, warehouseId } = adjustment;
    if (!isId('Variant', variantId) || !isId('Warehouse', warehouseId)) return notFound('variant or warehouse');
    const answer = await stock.adjust({ actor: actorOf(viewer), key }, adjustment);
    switch (answer.outcome) {
      case 'NOT_FOUND':
        return notFound('variant or warehouse');
      case 'KEY_REUSED':
        return { kind: 'InventoryKeyReused' };
      case 'TOO_MUCH':
        return invalidInput([{ path: ['delta'], message: `A level is at most ${MAX_ON_HAND}.` }]);
      case 'STALE':
        return { kind: 'StockChanged', onHand: answer.onHand };
      case 'TOO_LOW':
        return { kind: 'StockTooLow', onHand: answer.onHand, held: answer.held };
      default: {
        const [level] = await stock.levelsOf(viewer, [variantId], warehouseId);
        if (!level) throw new Error(`the level that was just adjusted is missing: ${variantId} in ${warehouseId}`);
        return { kind: 'AdjustStockSuccess', level, replayed: answer.outcome === 'REPLAYED' };
      }
    }
  };

function issuesOf(key: string, { delta, setTo, ifOnHand, reason }: StockAdjustment): readonly InputIssue[] {
  const issues = [...textIssues('key', key), ...textIssues('reason', reason)];
  if ((delta === null) === (setTo === null))
    issues.push({ path: ['delta'], message: 'Give either "delta" or "setTo", and not both.' });
  if (delta !== null && (delta === 0 || Math.abs(delta) > MAX_ON_HAND))
    issues.push({ path: ['delta'], message: `It must not be 0, and not beyond ${MAX_ON_HAND}.` });
  for (const [name, count] of Object.entries({ setTo, ifOnHand })) {
    const min = name === 'setTo' ? 0 : -MAX_ON_HAND;
    if (count !== null && (count < min || count > MAX_ON_HAND))
      issues.push({ path: [name], message: `It must be from ${min} to ${MAX_ON_HAND}.` });
  }
  return issues;
}
