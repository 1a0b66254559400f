import { capturedOf, refundedOf } from '../fake-accounts.ts';
import type { OrderRow } from './memory-tables.ts';
import { SHELF, type World } from './world.ts';

const LIVING = ['CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED'];
const ENDED = ['CANCELLED', 'REFUSED'];
const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);
const lives = ({ status }: OrderRow): boolean => LIVING.includes(status);

/** What must hold at rest, whatever has happened. */
export const wrongs = (world: World): string[] => [
  ...world.defects.map((error) => `somebody met ${error}`),
  ...[...world.tables.orders.values()].flatMap((order) => wrongsOf(world, order)),
  ...wrongReturns(world),
  ...wrongMoney(world),
  ...wrongStock(world),
];

function wrongsOf({ neighbours, sagas, tables, clients }: World, order: OrderRow): string[] {
  const { id, status } = order;
  const wrong: string[] = [];
  const expect = (fact: boolean, text: string) => fact || wrong.push(`${id} is ${status}, and ${text}`);
  const saga = sagas.find(id)?.status;
  const hold = neighbours.holds.get(id)?.status;
  const account = neighbours.accounts.get(id);
  expect(lives(order) || ENDED.includes(status), 'not at its end');
  const confirmed = order.confirmedAt !== null;
  expect(confirmed === (saga === 'DONE'), `its saga is ${saga}`);
  expect(confirmed === tables.outbox.has(`${id}:confirmed-mail`), `its mail is the other`);
  expect(!lives(order) || neighbours.plans.has(id), 'no shipment of it is planned');
  const open = neighbours.shipments.get(id)?.filter((shipment) => shipment.status !== 'CANCELLED').length ?? 0;
  expect(lives(order) || open === 0, 'a shipment of it leaves');
  expect(hold !== 'held' && (!lives(order) || hold === 'committed'), `its stock is ${hold}`);
  const due = order.total.minor - order.credit.minor;
  if (lives(order)) expect((account?.amount.minor ?? 0) === due, `its payment is of ${account?.amount.minor}`);
  expect(account?.status !== 'authorized' && account?.status !== 'needs-action', `its payment is ${account?.status}`);
  for (const { kind } of clients.told.filter((one) => one.orderId === id)) {
    if (kind === 'PlaceOrderSuccess') expect(confirmed, 'its buyer was told that it is theirs');
    if (['OutOfStock', 'PaymentDeclined', 'CheckoutFailed'].includes(kind))
      expect(!confirmed, 'its buyer was told that it is not');
  }
  return wrong;
}

const wrongReturns = ({ tables }: World): string[] =>
  [...tables.returns.values()].flatMap(({ id, kind, status }) =>
    status === 'RECEIVED' || (kind === 'EDIT' && status !== 'CLOSED' && status !== 'CANCELLED')
      ? [`${id}, ${kind}, is still ${status}`]
      : [],
  );

/**
 * A buyer has paid, over an order and all that follow it, what they keep of them: nothing that pays for another order is
 * lost on the way, and nothing is given back twice.
 */
function wrongMoney({ neighbours, tables }: World): string[] {
  const rootOf = (order: OrderRow): string =>
    order.parentId === null ? order.id : rootOf(tables.order(order.parentId));
  const kept = new Map<string, number>();
  const paid = new Map<string, number>();
  for (const order of tables.orders.values()) {
    const root = rootOf(order);
    const account = neighbours.accounts.get(order.id);
    const net = account ? capturedOf(account) - refundedOf(account) : 0;
    paid.set(root, (paid.get(root) ?? 0) + net);
    kept.set(root, (kept.get(root) ?? 0) + (lives(order) ? order.total.minor - tables.refunded(order.id) : 0));
  }
  return [...kept].flatMap(([root, worth]) =>
    worth === paid.get(root) ? [] : [`the buyer of ${root} keeps goods for ${worth}, and has paid ${paid.get(root)}`],
  );
}

function wrongStock({ neighbours, tables, variants }: World): string[] {
  const gone = (variantId: string): number =>
    sum(
      [...tables.orders.values()].filter(lives).flatMap((order) =>
        order.lines.map((line) => {
          const closed = tables.linesOf(line.id).filter(({ row }) => row.status === 'CLOSED');
          const back = sum(closed.map((one) => one.line.resaleable ?? 0));
          return line.variantId === variantId ? line.quantity - back : 0;
        }),
      ),
    );
  return variants.flatMap((id, index) => {
    const [shelf = 0] = SHELF[index] ?? [];
    const [left, expected] = [neighbours.available(id), shelf - gone(id)];
    return left === expected ? [] : [`of ${id} are left ${left}, and should be ${expected}`];
  });
}
