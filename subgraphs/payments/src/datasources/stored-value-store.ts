import { toPage } from '@cartograph/kernel/page';
import { readableOwners } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import { sweeping } from '@cartograph/runtime/database/sweep';
import { isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { StoredValue } from '../domain/stored-value.ts';
import type { StoredValueStore } from '../ports.ts';
import { fromPrisma, fromSql, type Row } from './rows.ts';

export const LOOKUPS_PER_MINUTE = 10;
const MAX_CARDS = 100;

/** Counting and reading in one statement, so that a lookup over budget reads nothing. */
const LOOK_UP = `
WITH budget AS (
  INSERT INTO lookup_budgets AS b (viewer_id, window_start, count) VALUES ($1, now(), 1)
  ON CONFLICT (viewer_id) DO UPDATE SET
    count = CASE WHEN b.window_start < now() - interval '1 minute' THEN 1 ELSE b.count + 1 END,
    window_start = CASE WHEN b.window_start < now() - interval '1 minute' THEN now() ELSE b.window_start END
  RETURNING count <= ${LOOKUPS_PER_MINUTE} AS allowed
)
SELECT budget.allowed, card.* FROM budget LEFT JOIN stored_values card ON budget.allowed AND card.code_hash = $2`;

/** A card and its ledger transaction, or neither. */
const ISSUE = `
WITH card AS (
  INSERT INTO stored_values (id, kind, code_hash, last4, customer_id, currency, initial_minor, balance_minor, expires_at,
    issue_key)
  VALUES ($1::text, 'GIFT_CARD', $2, $3, $4, $5, $6::bigint, $6, $7, $8::text)
  ON CONFLICT (issue_key) DO NOTHING
  RETURNING *
),
entries AS (
  INSERT INTO ledger_entries (transaction_id, account_id, kind, currency, amount_minor)
  SELECT card.id, side.account_id, 'GIFT_CARD_ISSUED', card.currency, card.initial_minor * side.sign
  FROM card CROSS JOIN (VALUES ('ISSUED', 1), ('GIFT_CARDS', -1)) side (account_id, sign)
)
SELECT true AS is_new, card.* FROM card
UNION ALL SELECT false, earlier.* FROM stored_values earlier WHERE issue_key = $8`;

/** The first entry of the transaction decides: whoever writes it gives the credit, everybody else finds it given. */
const GRANT = `
WITH first AS (
  INSERT INTO ledger_entries (transaction_id, account_id, kind, currency, amount_minor)
  VALUES ($1, 'ISSUED', 'STORE_CREDIT_GRANTED', $2, $3::bigint)
  ON CONFLICT (transaction_id, account_id, currency) DO NOTHING
  RETURNING *
),
credit AS (
  INSERT INTO stored_values AS s (id, kind, customer_id, currency, initial_minor, balance_minor)
  SELECT $4, 'STORE_CREDIT', $5::text, currency, amount_minor, amount_minor FROM first
  ON CONFLICT (customer_id, currency) WHERE kind = 'STORE_CREDIT' DO UPDATE SET
    initial_minor = s.initial_minor + EXCLUDED.initial_minor, balance_minor = s.balance_minor + EXCLUDED.balance_minor
  RETURNING *
),
second AS (
  INSERT INTO ledger_entries (transaction_id, account_id, kind, currency, amount_minor)
  SELECT transaction_id, 'STORE_CREDIT', kind, currency, -amount_minor FROM first
)
SELECT * FROM credit`;

const GRANTED = `
SELECT s.* FROM ledger_entries e JOIN stored_values s ON s.customer_id = $4 AND s.currency = e.currency
WHERE e.transaction_id = $1 AND e.account_id = 'ISSUED' AND e.currency = $2 AND e.amount_minor = $3
  AND s.kind = 'STORE_CREDIT'`;

export const createStoredValueStore = (db: Database, prisma: PrismaClient): StoredValueStore => ({
  async findByIds(viewer, ids) {
    const owned = readableOwners(viewer);
    const rows = await prisma.storedValue.findMany({
      where: { id: { in: [...ids] }, kind: 'GIFT_CARD', ...(owned && { customerId: { in: [...owned] } }) },
    });
    return rows.map((row) => fromPrisma<StoredValue>(row));
  },
  async findByCustomerIds(viewer, customerIds) {
    const owned = readableOwners(viewer);
    const mine = customerIds.filter((id) => !owned || owned.includes(id));
    const { rows } = await db.pool.query(
      `SELECT * FROM (
         SELECT *, row_number() OVER (PARTITION BY customer_id, kind ORDER BY id DESC) AS place
         FROM stored_values WHERE customer_id = ${anyOf(1)}) ranked
       WHERE place <= ${MAX_CARDS} ORDER BY customer_id, place`,
      [mine],
    );
    return rows.map((row) => fromSql<StoredValue>(row));
  },
  async list({ limit, after }) {
    const rows = await prisma.storedValue.findMany({
      where: { kind: 'GIFT_CARD', ...(after && { id: { lt: String(after[0]) } }) },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(
      rows.map((row) => fromPrisma<StoredValue>(row)),
      limit,
    );
  },
  async lookUp(viewerId, codeHash) {
    const { rows } = await db.pool.query<Row>(LOOK_UP, [viewerId, codeHash]);
    const { allowed, ...card } = rows[0] ?? {};
    return { allowed: allowed === true, card: card.id ? fromSql<StoredValue>(card) : null };
  },
  async forgetLookups() {
    await db.pool.query(sweeping('lookup_budgets', `window_start < now() - interval '1 minute'`));
  },
  async issue({ id, key, codeHash, last4, amount, customerId, expiresAt }) {
    const values = [id, codeHash, last4, customerId, amount.currency, amount.minor, expiresAt, key];
    for (;;) {
      try {
        const { rows } = await db.pool.query<Row>(ISSUE, values);
        const { is_new, ...card } = rows[0] ?? {};
        if (card.id) return { card: fromSql<StoredValue>(card), isNew: is_new === true };
        // The same key at the same moment: the other's row is visible to the next statement.
      } catch (error) {
        if (isUniqueViolation(error, 'stored_values_code_hash_key')) return null;
        throw error;
      }
    }
  },
  async disable(id) {
    const { rows } = await db.pool.query<Row>(
      `UPDATE stored_values SET disabled_at = COALESCE(disabled_at, now()) WHERE id = $1 AND kind = 'GIFT_CARD' RETURNING *`,
      [id],
    );
    return rows[0] ? fromSql<StoredValue>(rows[0]) : null;
  },
  async grant({ id, transactionId, customerId, amount }) {
    const given = await db.pool.query<Row>(GRANT, [transactionId, amount.currency, amount.minor, id, customerId]);
    if (given.rows[0]) return fromSql<StoredValue>(given.rows[0]);
    const { rows } = await db.pool.query<Row>(GRANTED, [transactionId, amount.currency, amount.minor, customerId]);
    if (!rows[0]) throw new Error(`${transactionId} was used for another grant`);
    return fromSql<StoredValue>(rows[0]);
  },
});
