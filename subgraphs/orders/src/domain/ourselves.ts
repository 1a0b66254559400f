import type { Viewer } from '@cartograph/kernel/viewer';

/** Who reads when nobody asks: sagas and what the outbox delivers. */
export const OURSELVES: Viewer = { kind: 'service', service: 'orders' };
