import type { IncomingMessage } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { Span, Tracer } from '@cartograph/runtime/tracing/span';
import type { RouterContext } from '../context.ts';
import type { TelemetrySettings } from '../settings/telemetry.ts';
import { outcomeOf } from './request-meter.ts';
import type { RequestObserver, RequestRecord } from './request-record.ts';

/** Begins the span of a request. It is named for its operation when that is known. */
export function beginRequest(
  tracer: Tracer,
  { method = '', headers }: IncomingMessage,
  record: RequestRecord,
  { followCallers }: Pick<TelemetrySettings['traces'], 'followCallers'>,
): Span {
  const { traceparent } = headers;
  return tracer.begin('graphql', {
    kind: 'server',
    startedAt: record.startedAt,
    traceparent: followCallers && typeof traceparent === 'string' ? traceparent : undefined,
    attributes: { 'http.request.method': method, 'url.path': '/graphql' },
  });
}

/** Ends it, with what became of the request. */
export const traceObserver: RequestObserver = {
  began() {},
  ended(record) {
    const span = record.context?.watch?.span;
    if (!span) return;
    if (span.recording) describe(span, record);
    span.end();
  },
};

function describe(span: Span, record: RequestRecord): void {
  const { context, operation, refusal, errors, status, cost, remembered } = record;
  if (operation) {
    const { kind, name } = operation.compiled;
    span.rename(name ? `${kind} ${name}` : kind);
    span.set({
      'graphql.operation.type': kind,
      ...(name && { 'graphql.operation.name': name }),
      'cartograph.cost': cost,
      'cartograph.way': remembered ? 'remembered' : 'pipeline',
    });
  }
  const outcome = refusal || errors ? outcomeOf(record) : 'abandoned';
  span.set({
    'http.response.status_code': status,
    'cartograph.outcome': outcome,
    'cartograph.request_id': context?.requestId ?? '',
    'cartograph.viewer': context?.viewer.kind ?? '',
    'cartograph.subgraph_calls': context?.watch?.subgraphCalls ?? 0,
  });
  if (outcome !== 'ok') span.fail(String(refusal?.code ?? errors?.[0]?.extensions?.code ?? outcome));
}

/** The spans of what Apollo Server does for an operation that is not known: there is nothing of it on the hot path. */
export const tracePlugin: ApolloServerPlugin<RouterContext> = {
  async requestDidStart({ contextValue }) {
    const above = contextValue.watch?.span;
    if (!above?.recording) return;
    const stage = (name: string) => async () => {
      const span = above.child(name);
      return async (errors?: unknown) => {
        if (errors) span.fail(name);
        span.end();
      };
    };
    return { parsingDidStart: stage('parse'), validationDidStart: stage('validate') };
  },
};
