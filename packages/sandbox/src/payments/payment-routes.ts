import type { FastifyInstance } from 'fastify';
import { type Engine, suffer } from './engine.ts';
import type { Faults } from './faults.ts';
import { capture, createPayment, refund, voidPayment } from './payment.ts';
import { newPayment, Rejected, readAmount, readBody, readText } from './requests.ts';

type ById = { Params: { id: string } };

/** Create, read, capture, void and refund payments. */
export function addPaymentRoutes(
  app: FastifyInstance,
  { book, perform }: Engine,
  origin: () => string,
  faults: Faults | undefined,
): void {
  function existing(id: string) {
    const found = book.payments.get(id);
    if (!found) throw new Rejected(404, 'not_found', `There is no payment ${id}.`);
    return found;
  }

  app.post('/v1/payments', (request, reply) => {
    const body = readBody(request.body);
    const token = readText(body, 'token');
    const card = book.cardOf(token);
    if (!card) throw new Rejected(400, 'invalid_token', 'This is not a token of this sandbox.');
    const wanted = newPayment(body);
    return perform(request, reply, {
      operation: 'authorize',
      reference: wanted.reference,
      behaviour: card.behaviour,
      change: () =>
        book.byReference(wanted.reference)
          ? { code: 'reference_taken', message: 'Another payment has this reference.' }
          : createPayment(wanted, card.behaviour, card.card, origin()),
    });
  });

  app.get<{ Querystring: { reference?: string } }>('/v1/payments', async (request, reply) => {
    const { reference = '' } = request.query;
    const fault = faults?.({ operation: 'find', reference });
    if (fault && (await suffer(fault, reply))) return reply;
    const payment = book.byReference(reference);
    return { data: payment ? [payment] : [] };
  });

  app.get<ById>('/v1/payments/:id', async ({ params }) => existing(params.id).payment);

  const addMove = (operation: 'capture' | 'refund', path: string, make: typeof capture) =>
    app.post<ById>(`/v1/payments/:id/${path}`, (request, reply) => {
      const { payment, behaviour } = existing(request.params.id);
      const body = readBody(request.body);
      const amount = readAmount(body, 'amount');
      const reference = typeof body.reference === 'string' ? body.reference : null;
      const change = () => make(existing(payment.id).payment, amount, reference);
      return perform(request, reply, { operation, reference: payment.reference, behaviour, change });
    });
  addMove('capture', 'capture', capture);
  addMove('refund', 'refunds', refund);

  app.post<ById>('/v1/payments/:id/void', (request, reply) => {
    const { payment, behaviour } = existing(request.params.id);
    const change = () => voidPayment(existing(payment.id).payment);
    return perform(request, reply, { operation: 'void', reference: payment.reference, behaviour, change });
  });
}
