import type { Viewer } from '@cartograph/kernel/viewer';

/** What one public request carries to every subgraph. */
export interface RouterContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** `performance.now()` after which nobody waits for the answer. */
  readonly deadline: number;
}
