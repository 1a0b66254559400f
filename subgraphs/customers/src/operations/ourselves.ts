import type { Viewer } from '@cartograph/kernel/viewer';

/** Who reads when nobody has asked: a job. */
export const OURSELVES: Viewer = { kind: 'service', service: 'customers' };
