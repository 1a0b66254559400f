import { badInput } from '@cartograph/kernel/errors';
import { type Compared, compare, type Difference, type Moved, sumTotals } from '../domain/reconciliation.ts';
import type { PaymentProvider } from '../ports/payment-provider.ts';
import type { Ports } from '../ports.ts';
import { SERVICE } from './service.ts';
import { soughtOf } from './sought.ts';

export interface Reconciliation extends Compared {
  readonly from: Date;
  readonly to: Date;
  readonly differenceCount: number;
}

export const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
/** How far the provider's clock may be from ours. */
const SKEW_MS = 10 * 60_000;
/** Payments of another time that the provider has moved lately: refunds, a few in a hundred. Looked up one by one. */
const MAX_LATE = 1_000;

/** Our card payments of a time beside the provider's own books. */
export const reconcile =
  (ports: Ports) =>
  async (range: { readonly from: Date | null; readonly to: Date | null }): Promise<Reconciliation> => {
    const to = range.to ?? ports.clock();
    const from = range.from ?? new Date(to.getTime() - 30 * DAY_MS);
    if (from >= to) throw badInput('"from" must be before "to".');
    if (to.getTime() - from.getTime() > MAX_DAYS * DAY_MS)
      throw badInput(`At most ${MAX_DAYS} days can be compared at once.`);
    const each = [];
    for (const provider of ports.providers.all) each.push(await compareBooks(ports, provider, from, to));
    const differences = each.flatMap((one) => one.differences);
    return {
      ...{ from, to, differences, differenceCount: differences.length },
      paymentsCompared: each.reduce((count, one) => count + one.paymentsCompared, 0),
      totals: sumTotals(each.flatMap((one) => one.totals)),
    };
  };

/** Payment by payment. What moves while both sides are read is no difference: the next comparison will see it. */
export async function compareBooks(
  { payments }: Ports,
  provider: PaymentProvider,
  from: Date,
  to: Date,
): Promise<Compared> {
  const startedAt = await payments.now();
  const theirs = await collect(provider.moved(new Date(from.getTime() - SKEW_MS)));
  const ours = await collect(payments.moved(provider.name, from, to));
  const late = await takeLate(payments, provider.name, ours, theirs);
  const { differences, totals } = compare(ours, theirs);
  // Those from just before `from` are what `SKEW_MS` has let in: they were compared in their own time.
  const moved = late.filter(({ createdAt }) => createdAt && createdAt.getTime() < from.getTime() - 2 * SKEW_MS);
  const lateDifferences = await compareLate(payments, provider, moved);
  const until = startedAt.getTime() - (provider.booksLagMs ?? 0);
  const isAtRest = ({ ours: our }: Difference) => !our?.changedAt || our.changedAt.getTime() < until;
  return {
    paymentsCompared: ours.size + moved.length,
    differences: [...differences, ...lateDifferences].filter(isAtRest),
    totals,
  };
}

async function collect(rows: AsyncIterable<Moved>): Promise<Map<string, Moved>> {
  const byReference = new Map<string, Moved>();
  for await (const row of rows) byReference.set(row.reference, row);
  return byReference;
}

/** Takes payments of ours from another time out of what the provider has moved in this one. */
async function takeLate(
  payments: Ports['payments'],
  provider: string,
  ours: ReadonlyMap<string, Moved>,
  theirs: Map<string, Moved>,
): Promise<readonly Moved[]> {
  const foreign = [...theirs.keys()].filter((reference) => !ours.has(reference));
  const late: Moved[] = [];
  for (let start = 0; start < foreign.length; start += 1000)
    late.push(...(await payments.movedByIds(provider, foreign.slice(start, start + 1000))));
  for (const { reference } of late) theirs.delete(reference);
  return late;
}

/** The lines of a time do not say what such a payment has moved altogether: the provider is asked. */
async function compareLate(
  payments: Ports['payments'],
  provider: PaymentProvider,
  late: readonly Moved[],
): Promise<readonly Difference[]> {
  const asked = late.slice(0, MAX_LATE);
  const theirs = new Map<string, Moved>();
  const ids = asked.map(({ reference }) => reference);
  for (const payment of await payments.findByIds(SERVICE, ids)) {
    const found = await provider.find(soughtOf(payment));
    if (!found) continue;
    const { currency, capturedMinor, refundedMinor } = found;
    theirs.set(payment.id, { reference: payment.id, currency, capturedMinor, refundedMinor });
  }
  return compare(new Map(asked.map((moved) => [moved.reference, moved])), theirs).differences;
}
