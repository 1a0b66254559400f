import type { Viewer } from '@cartograph/kernel/viewer';
import type { RequestWatch } from './telemetry/request-watch.ts';

/** What one public request carries to every subgraph. */
export interface RouterContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** `performance.now()` after which nobody waits for the answer. */
  readonly deadline: number;
  /** For logs and traces; see `Telemetry`. */
  readonly watch?: RequestWatch | undefined;
  /** The W3C trace context that a call to a subgraph belongs to. */
  readonly traceparent?: string;
}
