import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Envelope } from '../envelope.ts';
import { withSpan } from './current-span.ts';
import { inSpan, type Tracer } from './span.ts';

/** Answers one request of the router, or of a neighbour, in a span under theirs. */
export function tracedRequest<T>(
  tracer: Tracer,
  { headers, body, envelope }: FastifyRequest,
  reply: FastifyReply,
  answer: () => Promise<T>,
): Promise<T> {
  const { viewer, requestId } = envelope as Envelope;
  const { operationName } = body as { readonly operationName?: unknown };
  const name = typeof operationName === 'string' ? operationName : null;
  const { traceparent } = headers;
  const span = tracer.begin(name ?? 'graphql', {
    kind: 'server',
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    attributes: {
      'http.request.method': 'POST',
      'url.path': '/graphql',
      'cartograph.request_id': requestId,
      'cartograph.viewer': viewer.kind,
      ...(name && { 'graphql.operation.name': name }),
    },
  });
  return inSpan(span, () =>
    withSpan(span, async () => {
      const answered = await answer();
      span.set({ 'http.response.status_code': reply.statusCode });
      return answered;
    }),
  );
}
