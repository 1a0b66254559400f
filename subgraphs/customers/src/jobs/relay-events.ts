import type { Database } from '@cartograph/runtime/database/connect';
import type { Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import { createRelay, type Deliver } from '@cartograph/runtime/outbox';
import type { Operations } from '../operations/index.ts';
import type { TextWish } from '../ports/text-replies.ts';
import type { PasswordResetRequest } from '../ports.ts';

const EVERY_MS = 1_000;

/** Does behind the answer what a request has noted in the outbox. */
export function createRelayJob(db: Database, operations: Operations, logger: Logger): Job {
  const handlers: Readonly<Record<string, Deliver>> = {
    'password-reset-requested': ({ id, payload }) =>
      operations.mailPasswordReset({ ...(payload as unknown as PasswordResetRequest), eventId: id }),
    'text-wish': ({ payload }) => {
      const wish = payload as unknown as Omit<TextWish, 'at'> & { readonly at: string };
      return operations.fulfilTextWish({ ...wish, at: new Date(wish.at) });
    },
    'customer-erased': ({ key }) => operations.finishErasure(key),
  };
  return createRelay({ name: 'relay-events', everyMs: EVERY_MS, pool: db.pool, handlers, logger });
}
