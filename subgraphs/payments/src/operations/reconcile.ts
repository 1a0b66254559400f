import { badInput } from '@cartograph/kernel/errors';
import { compare, type Difference, type Moved, type Total } from '../domain/reconciliation.ts';
import type { Ports } from '../ports.ts';

export interface Reconciliation {
  readonly from: Date;
  readonly to: Date;
  readonly paymentsCompared: number;
  readonly differences: readonly Difference[];
  readonly totals: readonly Total[];
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
/** How far the provider's clock may be from ours. */
const SKEW_MS = 10 * 60_000;

/** Our card payments of a time beside the provider's own books. */
export const reconcile =
  ({ payments, provider, clock }: Ports) =>
  async (range: { readonly from: Date | null; readonly to: Date | null }): Promise<Reconciliation> => {
    const to = range.to ?? clock();
    const from = range.from ?? new Date(to.getTime() - 30 * DAY_MS);
    if (from >= to) throw badInput('"from" must be before "to".');
    if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS)
      throw badInput(`At most ${MAX_DAYS} days can be compared at once.`);
    // The provider first: what moves in between shows on our side as a capture that it does not have yet, and money
    // always moves there before it is written down here.
    const theirs = await collect(provider.moved(new Date(from.getTime() - SKEW_MS)));
    const ours = await collect(payments.moved(from, to));
    const foreign = [...theirs.keys()].filter((reference) => !ours.has(reference));
    for (const reference of await knownElsewhere(payments, foreign)) theirs.delete(reference);
    const { differences, totals } = compare(ours, theirs);
    return { from, to, paymentsCompared: ours.size, differences, totals };
  };

async function collect(rows: AsyncIterable<Moved>): Promise<Map<string, Moved>> {
  const byReference = new Map<string, Moved>();
  for await (const row of rows) byReference.set(row.reference, row);
  return byReference;
}

/** Payments of ours from another time: not a difference. */
async function knownElsewhere(payments: Ports['payments'], references: readonly string[]): Promise<readonly string[]> {
  const known: string[] = [];
  for (let start = 0; start < references.length; start += 1000)
    known.push(...(await payments.known(references.slice(start, start + 1000))));
  return known;
}
