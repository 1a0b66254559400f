import type { Database } from '@cartograph/runtime/database/connect';
import type { KeyRecord, Keys } from '../ports.ts';
import { FACTS, type FactsRow, factsAsked, toFacts } from './pricing-store.ts';

/** Given the parameters of the buyer's ids, the operation and the key. */
const findKey = (owners: string, operation: string, key: string): string => `
  SELECT fingerprint, order_id AS "orderId", saga_id AS "sagaId", return_id AS "returnId", outcome
  FROM idempotency_key WHERE buyer_id = ANY (${owners}) AND operation = ${operation} AND key = ${key}`;

const FIND_WITH_FACTS = `
  SELECT f.*, (SELECT to_jsonb(k) FROM (${findKey('$3', '$4', '$5')}) k) AS earlier FROM (${FACTS}) f`;

/** What became of the keys that buyers sent. By hand: every placeOrder begins here. */
export const createKeyStore = ({ pool }: Pick<Database, 'pool'>): Keys => ({
  async find(owners, operation, key) {
    const { rows } = await pool.query<KeyRecord>({
      name: 'find-key',
      text: findKey('$1', '$2', '$3'),
      values: [owners, operation, key],
    });
    return rows[0] ?? null;
  },
  async findWithFacts({ owners, operation, key }, request, now) {
    const { rows } = await pool.query<FactsRow & { readonly earlier: KeyRecord | null }>({
      name: 'find-key-with-facts',
      text: FIND_WITH_FACTS,
      values: [factsAsked([request]), now, owners, operation, key],
    });
    const [row] = rows;
    if (!row) throw new Error('a request was not looked at');
    return { facts: toFacts(row), earlier: row.earlier };
  },
  async claim({ buyerId, operation, key, fingerprint }, orderId) {
    // The update changes nothing: it makes a row that is there already answer like a new one.
    const { rows } = await pool.query<{ fingerprint: string }>(
      `INSERT INTO idempotency_key AS k (buyer_id, operation, key, fingerprint, order_id) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (buyer_id, operation, key) DO UPDATE SET fingerprint = k.fingerprint RETURNING k.fingerprint`,
      [buyerId, operation, key, fingerprint, orderId],
    );
    return rows[0]?.fingerprint === fingerprint;
  },
  async remember({ buyerId, operation, key, fingerprint }, outcome) {
    const { rowCount } = await pool.query(
      `INSERT INTO idempotency_key (buyer_id, operation, key, fingerprint, outcome) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [buyerId, operation, key, fingerprint, JSON.stringify(outcome)],
    );
    return rowCount === 1;
  },
});
