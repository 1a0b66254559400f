import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span.ts';

const current = new AsyncLocalStorage<Span>();

/** Runs `work` so that every statement and every call to a neighbour inside it belongs to this span. */
export const withSpan = <T>(span: Span, work: () => T): T => current.run(span, work);

/** The span of the work that is under way; undefined where nobody looks. */
export const currentSpan = (): Span | undefined => current.getStore();

/** The same function, which runs in the span that is under way now, whoever calls it later. */
export const boundToSpan = <F extends (...args: never[]) => unknown>(work: F): F =>
  current.getStore() ? (AsyncLocalStorage.bind(work) as F) : work;
