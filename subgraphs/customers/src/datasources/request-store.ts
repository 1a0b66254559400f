import type { Database } from '@cartograph/runtime/database/connect';
import { writeOutbox } from '@cartograph/runtime/outbox';
import type { Requests } from '../ports.ts';

export const createRequestStore = (db: Database): Requests => ({
  passwordReset: ({ eventId, ...payload }) =>
    writeOutbox(db.pool, [
      { id: eventId, topic: 'password-reset-requested', key: payload.tokenId, payload: { ...payload } },
    ]),
});
