import { inSpan, type Span } from '@cartograph/runtime/tracing/span';
import type { SubgraphAnswer, SubgraphClient } from '../subgraphs/subgraph-client.ts';

/** What one request does on its way, for logs and traces. Only there where something of it is wanted. */
export interface RequestWatch {
  subgraphCalls: number;
  readonly span?: Span | undefined;
}

/** A client that tells each request's watch of its calls. */
export const watchedClient = (client: SubgraphClient): SubgraphClient => ({
  name: client.name,
  send(call, context) {
    const { watch } = context;
    if (!watch) return client.send(call, context);
    watch.subgraphCalls += 1;
    if (!watch.span) return client.send(call, context);
    return tracedCall(watch.span, client.name, (traceparent) => client.send(call, { ...context, traceparent }));
  },
  ready: () => client.ready(),
  close: () => client.close(),
});

function tracedCall(
  above: Span,
  subgraph: string,
  send: (traceparent: string) => Promise<SubgraphAnswer>,
): Promise<SubgraphAnswer> {
  // Who does not trace this request is told so: a subgraph of somebody else's might begin a trace of its own.
  if (!above.recording) return send(above.traceparent);
  const span = above.child(`fetch ${subgraph}`, { kind: 'client', attributes: { 'cartograph.subgraph': subgraph } });
  return inSpan(span, async () => {
    const answer = await send(span.traceparent);
    if (answer.errors) span.set({ 'graphql.errors': answer.errors.length });
    return answer;
  });
}
