import { money } from '@cartograph/kernel/money';
import type { Database } from '@cartograph/runtime/database/connect';
import type { CustomerOrder, OrderHistory, SyncedCustomer } from '../domain/sync.ts';
import type { Acquaintances, SyncSubjects } from '../ports/sync.ts';

type Row = Omit<SyncedCustomer, 'history'> & {
  readonly history: readonly { readonly currency: string; readonly count: number; readonly minor: number }[] | null;
  readonly last: { readonly number: string; readonly status: string; readonly placedAt: string } | null;
};

// One statement, so that all of it is of one moment.
const CUSTOMER = `
  SELECT c.id, c.email, c.name, c.phone, c.locale, c.created_at AS "createdAt",
    ARRAY(SELECT topic FROM consents WHERE customer_id = c.id AND granted ORDER BY topic) AS agreed,
    (SELECT jsonb_agg(jsonb_build_object('currency', currency, 'count', count, 'minor', minor) ORDER BY currency)
     FROM (SELECT currency, count(*) AS count, sum(total_minor) AS minor FROM customer_orders
       WHERE customer_id = c.id AND status <> 'CANCELLED' GROUP BY currency) t) AS history,
    (SELECT jsonb_build_object('number', number, 'status', status, 'placedAt', placed_at) FROM customer_orders
     WHERE customer_id = c.id ORDER BY placed_at DESC, id DESC LIMIT 1) AS last
  FROM customers c WHERE c.id = $1 AND c.erased_at IS NULL`;

type OrderRow = Omit<CustomerOrder, 'total' | 'lines'> & {
  readonly currency: string;
  readonly minor: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly title: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
  }[];
};

export const createSyncSubjects = ({ pool }: Pick<Database, 'pool'>): SyncSubjects => ({
  async customer(id) {
    const { rows } = await pool.query<Row>(CUSTOMER, [id]);
    const [row] = rows;
    if (!row) return null;
    const { history, last, ...customer } = row;
    return { ...customer, history: toHistory(history ?? [], last) };
  },
  async order(id) {
    const { rows } = await pool.query<OrderRow>(
      `SELECT id, customer_id AS "customerId", number, status, currency, total_minor AS minor, lines,
         placed_at AS "placedAt", status_at AS "statusAt" FROM customer_orders WHERE id = $1`,
      [id],
    );
    const [row] = rows;
    if (!row) return null;
    const { currency, minor, lines, ...order } = row;
    return {
      ...order,
      total: money(Number(minor), currency),
      lines: lines.map(({ unitPriceMinor, ...line }) => ({ ...line, unitPrice: money(unitPriceMinor, currency) })),
    };
  },
  async recordOrder({ id, customerId, number, status, total, lines, placedAt, statusAt }) {
    // Locked against an erasure that happens at the same moment: nothing is stored of who was erased.
    await pool.query(
      `WITH known AS (SELECT id FROM customers WHERE id = $2 AND erased_at IS NULL FOR SHARE)
       INSERT INTO customer_orders AS o (id, customer_id, number, status, currency, total_minor, lines, placed_at, status_at)
       SELECT $1, known.id, $3, $4, $5, $6, $7, $8, $9 FROM known
       ON CONFLICT (id) DO UPDATE SET status = $4, status_at = $9
       WHERE o.customer_id = $2 AND o.status_at < $9`,
      [id, customerId, number, status, total.currency, total.minor, toJson(lines), placedAt, statusAt],
    );
  },
});

const toJson = (lines: CustomerOrder['lines']): string =>
  JSON.stringify(
    lines.map(({ sku, title, quantity, unitPrice }) => ({ sku, title, quantity, unitPriceMinor: unitPrice.minor })),
  );

const toHistory = (totals: NonNullable<Row['history']>, last: Row['last']): OrderHistory => ({
  count: totals.reduce((sum, { count }) => sum + count, 0),
  spent: totals.map(({ minor, currency }) => money(minor, currency)),
  last: last && { ...last, placedAt: new Date(last.placedAt) },
});

export const createAcquaintances = ({ pool }: Pick<Database, 'pool'>): Acquaintances => ({
  async meet(receiver, customerId) {
    await pool.query('INSERT INTO sync_acquaintances (receiver, customer_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      receiver,
      customerId,
    ]);
  },
  async has(receiver, customerId) {
    const { rowCount } = await pool.query('SELECT FROM sync_acquaintances WHERE receiver = $1 AND customer_id = $2', [
      receiver,
      customerId,
    ]);
    return rowCount === 1;
  },
  async forget(receiver, customerId) {
    await pool.query('DELETE FROM sync_acquaintances WHERE receiver = $1 AND customer_id = $2', [receiver, customerId]);
  },
});
