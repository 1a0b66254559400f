import type { FastifyInstance } from 'fastify';
import type { Ports } from '../ports.ts';

/** How the last comparison with the provider went, in the text format of Prometheus: what an alarm is made of. */
export const addMetrics = (app: FastifyInstance, { latest }: Pick<Ports['reconciliations'], 'latest'>): void => {
  app.get('/metrics', async (_request, reply) => {
    const run = await latest();
    const seconds = (run?.finishedAt?.getTime() ?? 0) / 1000;
    const families = [
      family('differences', 'Payments on which our books and the provider differ.', run?.differenceCount ?? 0),
      family('failed', '1 when the last comparison did not come to an end.', run?.status === 'FAILED' ? 1 : 0),
      family('finished_timestamp_seconds', 'When the last comparison ended; 0 before the first.', seconds),
    ];
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(families.join(''));
  });
};

const family = (name: string, help: string, value: number): string => {
  const full = `cartograph_payments_reconciliation_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${full} ${value}\n`;
};
