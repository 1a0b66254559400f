/** What one side says that a card payment has moved. */
export interface Moved {
  readonly reference: string;
  readonly currency: string;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /** Ours only: when the payment was made, and when it was last written. */
  readonly createdAt?: Date;
  readonly changedAt?: Date;
  /** Ours only: a capture or refund whose outcome is being asked for. */
  readonly underWay?: boolean;
}

export interface Difference {
  readonly reference: string;
  readonly message: string;
  readonly ours: Moved | null;
  readonly theirs: Moved | null;
}

/** What a comparison has found. */
export interface Compared {
  readonly paymentsCompared: number;
  readonly differences: readonly Difference[];
  readonly totals: readonly Total[];
}

/** A comparison that was made on schedule, and kept. */
export interface ReconciliationRun extends Compared {
  readonly id: string;
  readonly provider: string;
  readonly status: 'RUNNING' | 'BALANCED' | 'DIFFERENT' | 'FAILED';
  readonly fromAt: Date;
  readonly toAt: Date;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Of all differences; only the first hundred are kept. */
  readonly differenceCount: number;
  /** Why it did not come to an end. */
  readonly problem: string | null;
}

export interface Total {
  readonly currency: string;
  readonly capturedMinor: number;
  readonly providerCapturedMinor: number;
  readonly refundedMinor: number;
  readonly providerRefundedMinor: number;
}

/** Compares both sides payment by payment. A payment that moved nothing needs no counterpart. */
export function compare(ours: ReadonlyMap<string, Moved>, theirs: ReadonlyMap<string, Moved>) {
  const differences: Difference[] = [];
  for (const reference of new Set([...ours.keys(), ...theirs.keys()])) {
    const our = ours.get(reference) ?? null;
    const their = theirs.get(reference) ?? null;
    const message = difference(our, their);
    if (message) differences.push({ reference, message, ours: our, theirs: their });
  }
  return { differences, totals: totals([...ours.values()], [...theirs.values()]) };
}

function difference(our: Moved | null, their: Moved | null): string | null {
  if (!our) return 'The provider has a payment that is not in our books.';
  if (!their) return our.capturedMinor > 0 ? 'The provider has no record of this payment.' : null;
  if (our.currency !== their.currency) return `We have it in ${our.currency}, the provider in ${their.currency}.`;
  // Money that came after we had given the payment up, and went back at once.
  if (our.capturedMinor === 0 && their.capturedMinor === their.refundedMinor) return null;
  const parts = [
    our.capturedMinor !== their.capturedMinor && 'captured amounts differ',
    our.refundedMinor !== their.refundedMinor && 'refunded amounts differ',
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  const waiting = our.underWay ? '; an operation is under way, look again in a minute' : '';
  return `The ${parts.join(' and the ')}${waiting}.`;
}

function totals(ours: readonly Moved[], theirs: readonly Moved[]): readonly Total[] {
  const currencies = [...new Set([...ours, ...theirs].map(({ currency }) => currency))].sort();
  const sum = (side: readonly Moved[], currency: string, what: 'capturedMinor' | 'refundedMinor') =>
    side.reduce((total, moved) => (moved.currency === currency ? total + moved[what] : total), 0);
  return currencies.map((currency) => ({
    currency,
    capturedMinor: sum(ours, currency, 'capturedMinor'),
    providerCapturedMinor: sum(theirs, currency, 'capturedMinor'),
    refundedMinor: sum(ours, currency, 'refundedMinor'),
    providerRefundedMinor: sum(theirs, currency, 'refundedMinor'),
  }));
}

/** One total per currency, of all providers together. */
export function sumTotals(all: readonly Total[]): readonly Total[] {
  const byCurrency = new Map<string, Total>();
  for (const one of all) {
    const sum = byCurrency.get(one.currency);
    byCurrency.set(one.currency, {
      currency: one.currency,
      capturedMinor: (sum?.capturedMinor ?? 0) + one.capturedMinor,
      providerCapturedMinor: (sum?.providerCapturedMinor ?? 0) + one.providerCapturedMinor,
      refundedMinor: (sum?.refundedMinor ?? 0) + one.refundedMinor,
      providerRefundedMinor: (sum?.providerRefundedMinor ?? 0) + one.providerRefundedMinor,
    });
  }
  return [...byCurrency.values()].sort((one, other) => (one.currency < other.currency ? -1 : 1));
}
