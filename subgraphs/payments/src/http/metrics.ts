import type { FastifyInstance } from 'fastify';
import type { Ports } from '../ports.ts';

/** By then the hold on a card has ended by itself. That of a gift card has not. */
const HELD_DAYS = 30;

const HELD = 'cartograph_payments_held';
const HELD_HELP = `Payments whose reserved money was neither taken nor let go for ${HELD_DAYS} days.`;

/** What an alarm is made of: how the last comparison with each provider went, and what is held for long. For Prometheus. */
export const addMetrics = (
  app: FastifyInstance,
  { payments, reconciliations }: Pick<Ports, 'payments' | 'reconciliations'>,
  providers: readonly string[],
): void => {
  app.get('/metrics', async (_request, reply) => {
    const [found, held] = await Promise.all([reconciliations.latest(), payments.countHeld(HELD_DAYS)]);
    const runs = providers.map((provider) => [provider, found.find((run) => run.provider === provider)] as const);
    type Run = (typeof runs)[number][1];
    const family = (name: string, help: string, read: (run: Run) => number): string => {
      const full = `cartograph_payments_reconciliation_${name}`;
      const lines = runs.map(([provider, run]) => `${full}{provider="${provider}"} ${read(run)}\n`);
      return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`;
    };
    const families = [
      family('differences', 'Payments on which our books and the provider differ.', (run) => run?.differenceCount ?? 0),
      family('failed', '1 when the last comparison did not come to an end.', (run) =>
        run?.status === 'FAILED' ? 1 : 0,
      ),
      family(
        'finished_timestamp_seconds',
        'When the last comparison ended; 0 before the first.',
        (run) => (run?.finishedAt?.getTime() ?? 0) / 1000,
      ),
      `# HELP ${HELD} ${HELD_HELP}\n# TYPE ${HELD} gauge\n${HELD} ${held}\n`,
    ];
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(families.join(''));
  });
};
