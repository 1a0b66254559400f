import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/** Runs `work` so that every call to a neighbour inside it carries this request id. */
export const withRequestId = <T>(requestId: string, work: () => T): T => current.run(requestId, work);

/** The id of the request that is being answered; a fresh one for work that no request caused. */
export const currentRequestId = (): string => current.getStore() ?? randomUUID();
