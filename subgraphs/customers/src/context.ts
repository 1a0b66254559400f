import type { Viewer } from '@cartograph/kernel/viewer';
import type { Loaders } from './loaders/index.ts';
import type { Operations } from './operations/index.ts';

/** What every resolver gets. Made anew for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly operations: Operations;
  /** Read as the viewer; after a sign-in, as whoever signed in. */
  loaders: Loaders;
  readonly loadersFor: (viewer: Viewer) => Loaders;
}
