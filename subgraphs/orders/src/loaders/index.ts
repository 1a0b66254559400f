import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';

export const createLoaders = (_ports: Ports, _viewer: Viewer) => ({});

export type Loaders = ReturnType<typeof createLoaders>;
