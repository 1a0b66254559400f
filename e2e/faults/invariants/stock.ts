import { BACK, ENDED, type Invariant, PLACED } from './invariant.ts';

/** How long a hold may outlast its time: a sweep comes every second here, and a busy machine is late. */
const SWEEP = `interval '5 seconds'`;

/** What was bought and neither taken out again nor sent back to be sold again. */
const SOLD = `(SELECT l.variant_id, sum(l.quantity - coalesce(b.resaleable, 0)) AS units FROM orders.order_line l
  JOIN orders.orders o ON o.id = l.order_id LEFT JOIN ${BACK} b ON b.order_line_id = l.id
  WHERE o.status IN ${PLACED} GROUP BY l.variant_id)`;

const ON_HAND = '(SELECT variant_id, sum(on_hand) AS units FROM products.stock_level GROUP BY variant_id)';

export const stock: readonly Invariant[] = [
  {
    name: 'never is less than nothing available',
    subjects: 'SELECT count(*) FROM products.stock_level',
    broken: `SELECT variant_id, warehouse_id, on_hand, held FROM products.stock_level
      WHERE held < 0 OR (NOT oversold AND on_hand < held)`,
  },
  {
    name: 'no more is sold than there was',
    subjects: 'SELECT sum(units) FROM evidence.initial_stock',
    broken: `SELECT i.variant_id, i.units AS initial, s.units AS sold FROM evidence.initial_stock i
      JOIN ${SOLD} s USING (variant_id) WHERE s.units > i.units`,
  },
  {
    name: 'what is on hand is what there was less what confirmed orders keep',
    subjects: 'SELECT count(*) FROM evidence.initial_stock',
    broken: `SELECT i.variant_id, i.units AS initial, coalesce(s.units, 0) AS sold, h.units AS on_hand
      FROM evidence.initial_stock i LEFT JOIN ${SOLD} s USING (variant_id) JOIN ${ON_HAND} h USING (variant_id)
      WHERE h.units <> i.units - coalesce(s.units, 0)`,
  },
  {
    name: 'levels, holds and movements tell one story',
    subjects: 'SELECT count(*) FROM products.stock_movement',
    broken: 'SELECT rule, subject, expected, actual FROM products.inventory_drift',
  },
  {
    name: 'an order that is over holds nothing',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${ENDED}`,
    broken: `SELECT o.id, o.status, h.variant_id, h.status AS hold, h.quantity FROM orders.orders o
      JOIN products.stock_hold h ON h.order_id = o.id
      WHERE o.status IN ${ENDED} AND (h.status = 'HELD' OR (h.status = 'COMMITTED' AND h.restocked < h.quantity))`,
  },
  {
    name: 'a confirmed order has its goods, all of them that it keeps',
    subjects: `SELECT count(*) FROM orders.orders WHERE status IN ${PLACED}`,
    broken: `SELECT o.id, l.variant_id, l.quantity AS bought, b.resaleable AS back, coalesce(h.units, 0) AS committed
      FROM orders.orders o
      JOIN orders.order_line l ON l.order_id = o.id LEFT JOIN ${BACK} b ON b.order_line_id = l.id
      LEFT JOIN (SELECT order_id, variant_id, sum(quantity - restocked) AS units FROM products.stock_hold
        WHERE status = 'COMMITTED' GROUP BY order_id, variant_id) h
        ON h.order_id = o.id AND h.variant_id = l.variant_id
      WHERE o.status IN ${PLACED} AND l.quantity - coalesce(b.resaleable, 0) <> coalesce(h.units, 0)`,
  },
  {
    name: 'no hold outlives its time by more than a sweep',
    subjects: 'SELECT count(*) FROM products.stock_order',
    broken: `SELECT order_id, expires_at, now() AS at FROM products.stock_order
      WHERE status = 'HELD' AND expires_at < now() - ${SWEEP}`,
  },
  {
    name: 'what an order holds of a variant is held once and settled at most once',
    subjects: 'SELECT count(*) FROM products.stock_hold',
    broken: `SELECT order_id, variant_id, warehouse_id, count(*) FILTER (WHERE kind = 'HELD') AS held,
        count(*) FILTER (WHERE kind IN ('RELEASED', 'COMMITTED')) AS settled,
        count(*) FILTER (WHERE kind = 'COMMITTED') AS committed
      FROM products.stock_movement WHERE order_id IS NOT NULL GROUP BY order_id, variant_id, warehouse_id
      HAVING count(*) FILTER (WHERE kind IN ('RELEASED', 'COMMITTED')) > count(*) FILTER (WHERE kind = 'HELD')
        OR count(*) FILTER (WHERE kind = 'COMMITTED') > 1`,
  },
];
