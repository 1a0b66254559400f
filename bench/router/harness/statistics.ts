export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Of values in ascending order: the smallest that `percent` of them do not exceed. */
export const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;

/** How many times `b` goes into `a`, by the median over rounds: both were measured in the same minute of each round. */
export const ratio = (a: readonly number[], b: readonly number[]): number =>
  median(a.slice(0, b.length).map((value, round) => value / (b[round] as number)));
