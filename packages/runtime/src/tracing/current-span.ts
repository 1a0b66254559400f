import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './span.ts';

const current = new AsyncLocalStorage<Span>();

/** Runs `work` so that every statement and every call to a neighbour inside it belongs to this span. */
export const withSpan = <T>(span: Span, work: () => T): T => current.run(span, work);

/** The span of the work that is under way; undefined where nobody looks. */
export const currentSpan = (): Span | undefined => current.getStore();
