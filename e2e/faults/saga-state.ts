/**
 * The only place that knows how the durable engine keeps its work. An engine that keeps it elsewhere changes this file and
 * nothing else: sagas that have begun, and those of them that are neither finished nor undone.
 */
export const SAGAS_BEGUN = 'SELECT count(*) FROM orders.saga';

export const SAGAS_UNDER_WAY = `SELECT id, name, status, step, attempts, last_error FROM orders.saga
  WHERE status NOT IN ('DONE', 'REFUSED')`;
