import type { FastifyInstance } from 'fastify';
import type { Engine } from './engine.ts';
import { challengePage, donePage, unknownPage } from './pages.ts';
import { approve, decline } from './payment.ts';

/** The bank's page for 3-D Secure. Its unguessable id is the only key it needs. */
export function addChallengeRoutes(app: FastifyInstance, { book, commit }: Engine): void {
  app.get<{ Params: { id: string } }>('/v1/3ds/:id', async ({ params: { id } }, reply) => {
    const payment = book.byChallenge(id)?.payment;
    reply.type('text/html; charset=utf-8');
    if (!payment) return reply.code(404).send(unknownPage());
    return payment.status === 'requires_action' ? challengePage(payment, `/v1/3ds/${id}`) : donePage(payment);
  });

  app.post<{ Params: { id: string; answer: string } }>('/v1/3ds/:id/:answer', async (request, reply) => {
    const { id, answer } = request.params;
    const found = book.byChallenge(id);
    if (!found || (answer !== 'approve' && answer !== 'fail'))
      return reply.code(404).type('text/html; charset=utf-8').send(unknownPage());
    const { behaviour } = found;
    // Buyers go back and press again: only the first answer counts.
    const isFirst = found.payment.status === 'requires_action';
    const change = answer === 'approve' ? approve(found.payment) : decline(found.payment, 'authentication_failed');
    const payment = isFirst ? commit(change, behaviour) : found.payment;
    if (request.headers.accept?.includes('application/json')) return payment;
    if (payment.return_url) return reply.redirect(payment.return_url, 303);
    return reply.type('text/html; charset=utf-8').send(donePage(payment));
  });
}
