import type { FastifyInstance } from 'fastify';
import { sandboxId } from './book.ts';
import type { Engine } from './engine.ts';
import { errorBody, Rejected, readBody, readText } from './requests.ts';

const UNSAVEABLE: readonly string[] = ['declined', 'fraud', 'expired'];

/** Saved methods, and the provider's own accounts. */
export function addAccountRoutes(app: FastifyInstance, { book }: Engine): void {
  app.post('/v1/payment_methods', async (request, reply) => {
    const body = readBody(request.body);
    const customer = readText(body, 'customer');
    const found = book.cardOf(readText(body, 'token'));
    if (!found) throw new Rejected(400, 'invalid_token', 'This is not a token of this sandbox.');
    if (UNSAVEABLE.includes(found.behaviour))
      return reply.code(402).send(errorBody('card_declined', 'The card cannot be saved.'));
    // The same card of the same customer is the same method.
    const { behaviour, card } = found;
    const method = book.methodOf(customer, card) ?? { id: sandboxId('pm'), customer, behaviour, card };
    book.append({ kind: 'method', method });
    return { id: method.id, customer, card };
  });

  app.delete<{ Params: { id: string } }>('/v1/payment_methods/:id', async (request, reply) => {
    book.append({ kind: 'forgotten', id: request.params.id });
    return reply.code(204).send();
  });

  /** Everything that moved, oldest first; `after` is the `next` of the page before. */
  app.get<{ Querystring: { from?: string; after?: string; limit?: string } }>('/v1/ledger', async (request) => {
    const { from = '', after = '0', limit = '500' } = request.query;
    const start = Number(after) || 0;
    const end = start + Math.min(Number(limit) || 500, 1_000);
    const data = book.lines.slice(start, end).filter(({ created }) => created >= from);
    return { data, next: end < book.lines.length ? String(end) : null };
  });
}
