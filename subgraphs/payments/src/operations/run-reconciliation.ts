import { codeOf } from '@cartograph/kernel/errors';
import type { Difference } from '../domain/reconciliation.ts';
import type { Ports } from '../ports.ts';
import { compareBooks, DAY_MS } from './reconcile.ts';

export interface ReconciliationSchedule {
  readonly everyMs: number;
  /** How far back each comparison looks. */
  readonly days: number;
}

export interface ReconciliationNews {
  readonly runId: string;
  readonly paymentsCompared: number;
  readonly differences: readonly Difference[];
}

/** An operation that is under way explains a difference for so long, and not any longer. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Compares our books with a provider's, and our own with themselves, once per slot of the schedule whatever the number
 * of processes; keeps what it finds. Null when this slot has been taken already.
 */
export const runReconciliation =
  (ports: Ports) =>
  async ({ everyMs, days }: ReconciliationSchedule, provider: string): Promise<ReconciliationNews | null> => {
    const { reconciliations, providers, clock, newId } = ports;
    const to = clock();
    const from = new Date(to.getTime() - days * DAY_MS);
    const slot = Math.floor(to.getTime() / everyMs);
    const runId = await reconciliations.begin({ id: newId('ReconciliationRun'), provider, slot, from, to });
    if (runId === null) return null;
    try {
      const compared = await compareBooks(ports, providers.named(provider), from, to);
      const isOverdue = ({ ours }: Difference) =>
        !ours?.underWay || !ours.changedAt || ours.changedAt.getTime() < to.getTime() - PATIENCE_MS;
      const differences = [...compared.differences.filter(isOverdue), ...(await reconciliations.drift())];
      await reconciliations.finish(runId, { ...compared, differences });
      return { runId, paymentsCompared: compared.paymentsCompared, differences };
    } catch (error) {
      const problem = codeOf(error) ? 'The payment provider gave no answer.' : (error as Error).message;
      await reconciliations.fail(runId, problem);
      throw error;
    }
  };
