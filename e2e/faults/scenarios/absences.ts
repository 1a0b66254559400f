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
 * A process writes that it waits for the buyer, and that is under way for longer than its lease. Another goes on, the
 * buyer pays, everybody has heard of it; and only then what the first one wrote arrives.
 */
export async function processThatWritesAfterwards({ world, buy, db }: Stage): Promise<void> {
  const second = world.parts.find(({ name }) => name === 'orders-2');
  const link = findLink(world, 'orders-1 to its database');
  link.holdAt(parameter('PAUSED'));
  second?.kill(3_000);
  const bought = buy({ token: 'tok_3ds', bank: 'silently' });
  const some = async (rows: string) => ((await db.query(`SELECT FROM ${rows}`)).rowCount ?? 0) > 0;
  await until(() => some(`orders.saga WHERE status = 'PAUSED'`), 60_000, 'another process to go on');
  await bought;
  await until(() => some(`orders.saga WHERE status = 'DONE'`), 40_000, 'the buyer’s payment to arrive');
  // Who is told again would put right what the late write spoils: all of the payment's news have to be over, too.
  const captured = () => some(`payments.provider_events WHERE applied_at IS NOT NULL AND type LIKE '%captured'`);
  await until(captured, 40_000, 'the provider to tell of the capture');
  await until(async () => !(await some('payments.outbox')), 40_000, 'everybody to hear of it');
  link.become('open');
}

/** A text as a parameter of a statement, in PostgreSQL's protocol: after its length. */
function parameter(text: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(text));
  return length.toString('latin1') + text;
}

/** Orders sends a capture, and what carries it breaks off. */
export async function captureThatIsNotHeard({ world, buy }: Stage): Promise<void> {
  const link = findLink(world, 'to payments');
  link.breakAt('OrdersCapturePayment');
  const before = link.broken();
  await buy();
  await until(async () => link.broken() > before, 20_000, 'the capture to be sent');
  link.breakAt(null);
}

function findLink({ links }: World, name: string): Link {
  const found = links.find((link) => link.name === name);
  if (!found) throw new Error(`there is no link ${name}`);
  return found;
}
