import { until } from '../until.ts';
import type { Link } from '../world/link.ts';
import type { World } from '../world/world.ts';
import type { Stage } from './stage.ts';

/** Goods are held for a second, and then nobody comes back for them. */
export async function vanishedCheckout({ db, shelf }: Stage): Promise<void> {
  await db.query('SET search_path = products, extensions');
  await db.query('SELECT hold_stock($1, $2, $3, 1)', ['Order:vanished', [shelf.variantIds[2]], [1]]);
  await db.query('RESET search_path');
  const due = `SELECT FROM products.stock_order WHERE order_id = 'Order:vanished' AND expires_at < now() - interval '6 seconds'`;
  await until(async () => (await db.query(due)).rowCount === 1, 15_000, 'the hold to be over for good');
}

/** While the buyer's time runs out, whatever is sent to void the payment breaks off. */
export async function buyerLeftWhilePaymentsIsGone({ world, buy, db }: Stage): Promise<void> {
  await buy({ token: 'tok_3ds', bank: 'leaves' });
  const link = findLink(world, 'to payments');
  link.breakAt('OrdersVoidPayment');
  const before = link.broken();
  await until(async () => link.broken() - before >= 2 || (await hasEnded(db)), 40_000, 'the payment to be given up');
  link.breakAt(null);
}

const hasEnded = async (db: Stage['db']): Promise<boolean> => {
  const { rowCount } = await db.query(`SELECT FROM orders.orders WHERE status = 'AWAITING_PAYMENT'`);
  return rowCount === 0;
};

/**
 * A process asks for a payment, and then nothing that it writes arrives for longer than its lease. Another goes on, the
 * buyer pays, the order is confirmed; and only then everything that the first one wrote arrives.
 */
export async function processThatWritesAfterwards({ world, buy, db }: Stage): Promise<void> {
  // So that connections are open: what is written over a new one would never be sent.
  await Promise.all(Array.from({ length: 8 }, () => buy()));
  const second = world.parts.find(({ name }) => name === 'orders-2');
  second?.kill(3_000);
  world.providerFaults.once('authorize', { at: 'after', kind: 'delay', ms: 2_500 });
  const bought = buy({ token: 'tok_3ds', bank: 'silently' });
  const status = async (table: string, wanted: string) =>
    ((await db.query(`SELECT FROM ${table} WHERE status = $1`, [wanted])).rowCount ?? 0) > 0;
  await until(() => status('payments.payments', 'CREATED'), 10_000, 'the payment to be asked for');
  const link = findLink(world, 'orders-1 to its database');
  link.become('held');
  await until(() => status('orders.orders', 'AWAITING_PAYMENT'), 40_000, 'another process to go on');
  await bought;
  await until(
    async () => !(await status('orders.orders', 'AWAITING_PAYMENT')),
    40_000,
    'the buyer’s payment to arrive',
  );
  link.become('open');
}

function findLink({ links }: World, name: string): Link {
  const found = links.find((link) => link.name === name);
  if (!found) throw new Error(`there is no link ${name}`);
  return found;
}
