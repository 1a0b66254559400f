import type { Viewer } from '@cartograph/kernel/viewer';
import type { Loaders } from './loaders/index.ts';
import type { Operations } from './operations/index.ts';

/** What every resolver gets. Made anew for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly operations: Operations;
  readonly loaders: Loaders;
}
