import type { Ports } from '../ports.ts';

/** Neighbours give an event up after hours; what they told before is told anew by staff, if ever, and does no harm. */
const KEPT_MS = 90 * 86_400_000;

export const forgetNews =
  ({ orderNews, clock }: Pick<Ports, 'orderNews' | 'clock'>) =>
  (): Promise<void> =>
    orderNews.forget(new Date(clock().getTime() - KEPT_MS));
