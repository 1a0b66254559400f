import type { IdempotencyKeyReused } from '../domain/place-order.ts';
import type { Key, KeyRecord, Ports } from '../ports.ts';

/** `refused`: nothing was done. `overtaken`: nothing was done either, since what was read is not so any more. */
export type Tried<T> =
  | { readonly kind: 'answered'; readonly outcome: T }
  | { readonly kind: 'refused'; readonly outcome: T }
  | { readonly kind: 'overtaken' };

export const answered = <T>(outcome: T): Tried<T> => ({ kind: 'answered', outcome });
export const refused = <T>(outcome: T): Tried<T> => ({ kind: 'refused', outcome });
export const OVERTAKEN = { kind: 'overtaken' } as const;

interface Once<T> {
  readonly key: Key;
  /** The answer to a key that was used before for the same; null when nothing has come of it as yet. */
  replay(earlier: KeyRecord): Promise<T | null>;
  attempt(): Promise<Tried<T>>;
  /** Whether to try anew after so many attempts that others overtook. */
  again?(overtaken: number): boolean;
}

const MAX_OVERTAKEN = 3;

/** Does once what a key stands for; `overtaken` when others were quicker time after time. */
export async function oncePerKey<T>(
  { keys }: Pick<Ports, 'keys'>,
  { key, replay, attempt, again = (overtaken) => overtaken < MAX_OVERTAKEN }: Once<T>,
): Promise<T | IdempotencyKeyReused | 'overtaken'> {
  const findAnswer = async (): Promise<T | IdempotencyKeyReused | null> => {
    const earlier = await keys.find([key.buyerId], key.operation, key.key);
    if (!earlier) return null;
    return earlier.fingerprint === key.fingerprint ? replay(earlier) : { kind: 'IdempotencyKeyReused' };
  };
  const first = await findAnswer();
  if (first) return first;
  for (let overtaken = 0; again(overtaken); overtaken += 1) {
    const tried = await attempt();
    if (tried.kind === 'answered') return tried.outcome;
    // What stands in the way may be this very request, sent a moment earlier.
    const meanwhile = await findAnswer();
    if (meanwhile) return meanwhile;
    if (tried.kind === 'refused') return tried.outcome;
  }
  return 'overtaken';
}
