import { codeOf } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { METHOD } from '../fake-shop.ts';
import { ADDRESS } from '../open-shop.ts';
import type { Checkout } from './process.ts';
import type { World } from './world.ts';

const BUYER: Viewer = { kind: 'guest', guestId: 'Guest:ada' };
const STAFF: Viewer = { kind: 'staff', staffId: 'Staff:bob', roles: ['SUPPORT'] };
/** Long enough for an answer when nothing is in its way. */
const PATIENCE = 2_000;

interface Answer {
  readonly kind: string;
}
type Hear = (answer: Answer) => void;

/** Buyers and staff, who ask one process or another. Orders and returns are named by how many came before them. */
export class Clients {
  /** What buyers were told of their orders: an answer that is final stays so. */
  readonly told: { readonly orderId: string; readonly kind: string }[] = [];
  readonly #world: World;
  readonly #asked: { readonly what: string; readonly send: (at: number, hear: Hear) => void }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Asks a process, and remembers what was asked, so that it can be asked again. */
  #ask(what: string, at: number, ask: (operations: Checkout) => Promise<Answer>, hear: Hear = () => {}): void {
    const send = (to: number, alsoHear: Hear) => {
      const failed = (error: unknown): Answer => {
        if (codeOf(error) === undefined) this.#world.defects.push(error);
        return { kind: String(codeOf(error)) };
      };
      void ask(this.#world.at(to).operations)
        .catch(failed)
        .then((answer) => {
          hear(answer);
          alsoHear(answer);
        });
    };
    this.#asked.push({ what, send });
    send(at, () => {});
  }

  #key = (): string => `a-key-of-a-client-${this.#world.newNumber()}`;
  #nth = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  #order = (n: number) => this.#nth([...this.#world.tables.orders.values()], n);
  #return = (n: number) =>
    this.#nth(
      [...this.#world.tables.returns.values()].filter(({ kind }) => kind === 'RETURN'),
      n,
    );
  #variant = (n: number): string => this.#nth(this.#world.variants, n) ?? '';

  /** The same request with the same key, of whoever asked last or earlier. */
  again(at: number, n: number): void {
    this.#asked.toReversed()[n]?.send(at, () => {});
  }

  /** All that was ever asked is asked again, one after the other. Gives what has no answer even now. */
  async askAgain(): Promise<readonly string[]> {
    const unanswered: string[] = [];
    for (const { what, send } of this.#asked) {
      let kind: string | null = null;
      send(0, (answer) => {
        kind = answer.kind;
      });
      await this.#world.happen(PATIENCE, () => kind !== null);
      if (kind === null || kind === 'StillWorking') unanswered.push(`${what} is answered ${kind}`);
    }
    return unanswered;
  }

  place(at: number, token: string, variant: number, quantity: number): void {
    const input = {
      ...{ idempotencyKey: this.#key(), currencyCode: 'EUR', email: 'ada@example.com', payment: { token } },
      ...{
        lines: [{ variantId: this.#variant(variant), quantity }],
        shippingAddress: ADDRESS,
        shippingMethodId: METHOD,
      },
    };
    const key = { buyerId: 'Guest:ada', operation: 'placeOrder', key: input.idempotencyKey } as const;
    const hear = ({ kind }: Answer) => {
      const orderId = this.#world.tables.keyed(key)?.orderId;
      if (orderId) this.told.push({ orderId, kind });
    };
    this.#ask('placeOrder', at, (shop) => shop.placeOrder(BUYER, input), hear);
  }

  /** The buyer has been to the bank. */
  complete(at: number, n: number): void {
    const orderId = this.#order(n)?.id;
    const account = this.#world.neighbours.accounts.get(orderId ?? '');
    if (account?.status === 'needs-action') account.status = 'authorized';
    const idempotencyKey = this.#key();
    if (orderId) this.#ask('completePayment', at, (shop) => shop.completePayment(BUYER, { orderId, idempotencyKey }));
  }

  pay(at: number, n: number, token: string): void {
    const order = this.#order(n);
    if (!order?.parentId) return;
    const input = { orderId: order.id, idempotencyKey: this.#key(), payment: { token } };
    this.#ask('payOrder', at, (shop) => shop.payOrder(BUYER, input));
  }

  cancel(at: number, n: number): void {
    this.#cancel(at, this.#order(n)?.id);
  }

  /** The order of what comes in the place of what is sent back. */
  instead = (n: number): string | undefined => this.#return(n)?.followUpId ?? undefined;

  /** Rather the money. */
  cancelInstead(at: number, n: number): void {
    this.#cancel(at, this.instead(n));
  }

  #cancel(at: number, orderId: string | undefined): void {
    const idempotencyKey = this.#key();
    if (orderId) this.#ask('cancelOrder', at, (shop) => shop.cancelOrder(BUYER, { orderId, idempotencyKey }));
  }

  edit(at: number, n: number, remove: number, add: readonly [variant: number, quantity: number]): void {
    const order = this.#order(n);
    if (!order) return;
    const [line] = order.lines;
    const input = {
      ...{ orderId: order.id, idempotencyKey: this.#key(), reason: 'By phone.' },
      remove: line && remove > 0 ? [{ orderLineId: line.id, quantity: remove }] : [],
      add: add[1] > 0 ? [{ variantId: this.#variant(add[0]), quantity: add[1] }] : [],
    };
    this.#ask('editOrder', at, (shop) => shop.editOrder(STAFF, input));
  }

  /** All of its parcels arrive, if there are any that were not called off. */
  deliver(at: number, n: number): void {
    const order = this.#order(n);
    const shipments = this.#world.neighbours.shipments.get(order?.id ?? '') ?? [];
    const sent = shipments.filter(({ status }) => status !== 'CANCELLED');
    for (const shipment of sent) Object.assign(shipment, { status: 'DELIVERED' });
    const [first] = sent;
    if (!order || !first) return;
    const news = { orderId: order.id, shipmentId: first.id, status: 'DELIVERED', eventId: this.#key() };
    const { operations } = this.#world.at(at);
    void operations.shipmentChanged(news).catch(() => {});
  }

  sendBack(at: number, n: number, quantity: number): void {
    const order = this.#order(n);
    const [line] = order?.lines ?? [];
    if (!order || !line) return;
    const lines = [{ orderLineId: line.id, quantity, reason: 'UNWANTED' as const }];
    const input = { orderId: order.id, idempotencyKey: this.#key(), lines };
    this.#ask('requestReturn', at, async (shop) => {
      const asked = await shop.requestReturn(BUYER, input);
      return asked.kind === 'RequestReturnSuccess' ? shop.approveReturn(STAFF, asked.return.id) : asked;
    });
  }

  exchange(at: number, n: number, variant: number, quantity: number): void {
    const returnId = this.#return(n)?.id;
    const lines = [{ variantId: this.#variant(variant), quantity }];
    const idempotencyKey = this.#key();
    if (returnId)
      this.#ask('exchangeReturn', at, (shop) => shop.exchangeReturn(STAFF, { returnId, idempotencyKey, lines }));
  }

  receive(at: number, n: number, damaged: boolean): void {
    const found = this.#return(n);
    if (!found) return;
    const condition = damaged ? ('DAMAGED' as const) : ('RESALEABLE' as const);
    const lines = found.lines.map(({ id, quantity }) => ({ lineId: id, quantity, condition }));
    const input = { returnId: found.id, idempotencyKey: this.#key(), lines };
    this.#ask('receiveReturn', at, (shop) => shop.receiveReturn(STAFF, input));
  }

  cancelReturn(at: number, n: number): void {
    const returnId = this.#return(n)?.id;
    if (returnId) this.#ask('cancelReturn', at, (shop) => shop.cancelReturn(BUYER, returnId));
  }

  intervene(at: number, n: number, how: 'retry' | 'give-up'): void {
    const stepId = this.#nth(this.#world.sagas.all(), n)?.id;
    if (!stepId) return;
    const input = { stepId, reason: 'It takes too long.' };
    this.#ask(how, at, (shop) => (how === 'retry' ? shop.retryStep(STAFF, stepId) : shop.giveUpStep(STAFF, input)));
  }
}
