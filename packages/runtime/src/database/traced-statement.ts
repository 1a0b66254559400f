import { type Span, typeOf } from '../tracing/span.ts';

type Query = (...args: unknown[]) => unknown;
type Callback = (error: unknown, result: unknown) => void;

/** Sends a statement in a span of its own. Its text holds no values: those are parameters. */
export function traceStatement(above: Span, text: string, query: Query, args: unknown[]): unknown {
  const operation = /^[\s(]*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  const span = above.child(operation, {
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text },
  });
  const finish: Callback = (error, result) => {
    if (error) span.fail(typeOf(error));
    else span.set({ 'db.response.returned_rows': rowsIn(result) });
    span.end();
  };
  const callback = args.at(-1);
  if (typeof callback === 'function') {
    const answer: Callback = (error, result) => {
      finish(error, result);
      (callback as Callback)(error, result);
    };
    return query(...args.slice(0, -1), answer);
  }
  const answer = query(...args);
  // A cursor is no promise: it is read whenever its owner wants.
  if (answer instanceof Promise)
    answer.then(
      (result) => finish(null, result),
      (error) => finish(error, null),
    );
  else span.end();
  return answer;
}

function rowsIn(result: unknown): number {
  const { rows } = (result ?? {}) as { readonly rows?: unknown };
  return Array.isArray(rows) ? rows.length : 0;
}
