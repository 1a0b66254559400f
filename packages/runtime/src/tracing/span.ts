export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** `server` answers a request from outside of this process, `client` makes one. */
  readonly kind?: 'server' | 'client' | 'internal';
  readonly attributes?: SpanAttributes;
  /** `performance.now()` at which it began; now, unless told. */
  readonly startedAt?: number;
}

/** A piece of work in a trace. */
export interface Span {
  /** Whether anybody will see it. If not, what would go into it need not be made. */
  readonly recording: boolean;
  /** The W3C trace context for whoever works on behalf of it elsewhere. */
  readonly traceparent: string;
  child(name: string, options?: SpanOptions): Span;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** `type` is a code: messages may hold somebody's data. */
  fail(type: string): void;
  end(): void;
}

export interface Tracer {
  /** Begins work for somebody else; `traceparent` as they have sent it, if they did. */
  begin(name: string, options: SpanOptions & { readonly traceparent?: string | undefined }): Span;
  /** Sends what was not sent yet, if that is possible soon. */
  close(): Promise<void>;
}

/** Runs `work` in a span that ends with it, and fails with it. */
export async function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.fail(typeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** The code of an error, or the name of its class. */
export function typeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
}
