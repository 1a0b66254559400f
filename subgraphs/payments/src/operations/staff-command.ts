import type { InvalidInput } from '@cartograph/kernel/refusal';
import { buyerOf, type Viewer } from '@cartograph/kernel/viewer';
import { invalid } from '../domain/invalid-input.ts';
import type { CommandKey, Ports } from '../ports.ts';

export interface IdempotencyKeyReused {
  readonly kind: 'IdempotencyKeyReused';
}

export const idOf = (viewer: Viewer): string => {
  if (viewer.kind === 'staff') return viewer.staffId;
  return viewer.kind === 'service' ? viewer.service : (buyerOf(viewer) ?? 'anonymous');
};

export const refuseKey = (key: string): InvalidInput | null =>
  /^\S{1,200}$/.test(key) ? null : invalid(['idempotencyKey'], 'A key has 1 to 200 characters and no spaces.');

/**
 * Binds a key to its sender, its operation and its input, once the input is known to be right; what is done then is
 * keyed by the same name, so that whoever repeats it, or dies in between, goes on with it.
 */
export async function claimKey(
  { commands }: Ports,
  viewer: Viewer,
  operation: CommandKey['operation'],
  key: string,
  input: readonly unknown[],
): Promise<{ readonly name: string } | IdempotencyKeyReused> {
  const actor = idOf(viewer);
  if (!(await commands.claim({ actor, operation, key }, input))) return { kind: 'IdempotencyKeyReused' };
  return { name: `${actor}:${key}` };
}
