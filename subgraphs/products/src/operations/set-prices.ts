import { isId } from '@cartograph/kernel/id';
import { type InputIssue, type InvalidInput, invalidInput } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { PriceChange } from '../domain/price-change.ts';
import type { Variant } from '../domain/variant.ts';
import type { Ports } from '../ports.ts';

export type SetPricesOutcome =
  | { readonly kind: 'SetPricesSuccess'; readonly variants: readonly Variant[] }
  | InvalidInput;

const MAX_PRICES = 250;

export const setPrices =
  ({ prices, variants }: Ports) =>
  async (viewer: Viewer, changes: readonly PriceChange[], found: readonly InputIssue[]): Promise<SetPricesOutcome> => {
    const issues = [...found, ...changeIssues(changes)];
    if (issues.length > 0) return invalidInput(issues);
    const unknown = new Set(await prices.set(changes));
    if (unknown.size > 0) return invalidInput(unknownIssues(changes, (id) => unknown.has(id)));
    const ids = [...new Set(changes.map(({ variantId }) => variantId))];
    const byId = new Map((await variants.findByIds(viewer, ids)).map((variant) => [variant.id, variant]));
    return { kind: 'SetPricesSuccess', variants: ids.flatMap((id) => byId.get(id) ?? []) };
  };

function changeIssues(changes: readonly PriceChange[]): readonly InputIssue[] {
  const issues = [...unknownIssues(changes, (id) => !isId('Variant', id))];
  if (changes.length < 1 || changes.length > MAX_PRICES)
    issues.push({ path: ['prices'], message: `There must be from 1 to ${MAX_PRICES} prices.` });
  const seen = new Set<string>();
  for (const [index, { variantId, currency, country }] of changes.entries()) {
    const key = `${variantId} ${currency} ${country}`;
    if (seen.has(key)) issues.push({ path: ['prices', `${index}`], message: 'This price is there twice.' });
    seen.add(key);
  }
  return issues;
}

const unknownIssues = (changes: readonly PriceChange[], isUnknown: (id: string) => boolean): readonly InputIssue[] =>
  changes.flatMap(({ variantId }, index) =>
    isUnknown(variantId) ? [{ path: ['prices', `${index}`, 'variantId'], message: 'There is no such variant.' }] : [],
  );
