import type { FastifyInstance, FastifyReply } from 'fastify';
import { admit, isRefusal, type Refusal } from './admission.ts';
import { type AnswerType, statusFor } from './negotiation.ts';

/** Admits and types every request for `/graphql`, whoever answers it behind. */
export function addNegotiation(app: FastifyInstance) {
  const types = new WeakMap<object, AnswerType>();
  app.addHook('onRequest', async (request, reply) => {
    if (!isGraphql(request.url) || request.method === 'OPTIONS') return;
    const admission = admit(request.method, request.headers);
    if (isRefusal(admission)) return refuse(reply, admission);
    types.set(request, admission);
    // Decided here once; whoever negotiates again comes to the same.
    request.headers.accept = admission.contentType;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const type = types.get(request);
    if (!type || typeof payload !== 'string' || !payload.startsWith('{')) return payload;
    void reply.header('content-type', type.contentType);
    if (reply.statusCode === 400 && type.legacy)
      void reply.code(statusFor(type, reply.statusCode, JSON.parse(payload).errors));
    return payload;
  });
}

const isGraphql = (url: string): boolean => url === '/graphql' || url.startsWith('/graphql?');

const refuse = (reply: FastifyReply, { status, code, message, headers }: Refusal) =>
  reply
    .code(status)
    .headers(headers)
    .send({ errors: [{ message, extensions: { code } }] });
