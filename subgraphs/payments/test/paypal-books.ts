import { randomBytes } from 'node:crypto';
import type { Answer } from '@cartograph/contract-server/check';

/** One of PayPal’s objects, whose form the contract server checks. */
export type Row = Record<string, any>;

const newId = () => randomBytes(8).toString('hex').toUpperCase().slice(0, 17);
const cents = ({ value }: Row): number => Math.round(Number(value) * 100);
const ok = (status: number, body: Row): Answer => ({ status, body: structuredClone(body) });
const link = (rel: string, href: string) => ({ rel, href: `https://api-m.sandbox.paypal.com${href}`, method: 'GET' });

const MESSAGES: Readonly<Record<number, readonly [name: string, message: string]>> = {
  401: [
    'AUTHENTICATION_FAILURE',
    'Authentication failed due to missing authorization header, or invalid authentication credentials.',
  ],
  404: ['RESOURCE_NOT_FOUND', 'The specified resource does not exist.'],
  422: [
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
  ],
};

const NOWHERE = 'Specified resource ID does not exist. Please check the resource ID and try again.';

export function failed(status: number, issue: string): Answer {
  const [name, message] = MESSAGES[status] ?? ['INVALID_REQUEST', 'See details.'];
  // The words of other issues are the operation's own; see `readWords`.
  const description = status === 404 ? NOWHERE : issue;
  const details = status === 401 ? undefined : [{ issue, description }];
  return { status, body: { name, message, debug_id: 'b1d1f06c7246c', details, links: [] } };
}

/** What the buyer’s wallet at PayPal says. */
const REFUSALS: Readonly<Record<string, string>> = {
  tok_declined: 'PAYER_CANNOT_PAY',
  tok_fraud: 'TRANSACTION_REFUSED',
};

export function createPaypalBooks(tell: (type: string, resource: Row) => void) {
  const orders = new Map<string, Row>();
  const wallets = new Map<string, string>();
  const transactions: { at: number; transaction_info: Row }[] = [];
  let wallet = '';

  const unitOf = (order: Row): Row => order.purchase_units[0];
  const partsOf = (order: Row): Row => {
    unitOf(order).payments ??= {};
    return unitOf(order).payments;
  };
  const find = (kind: 'authorizations' | 'captures', id: string | undefined) => {
    for (const order of orders.values()) {
      const part = partsOf(order)[kind]?.find((one: Row) => one.id === id);
      if (part) return { order, part };
    }
    return null;
  };
  const book = (transaction_event_code: string, part: Row) =>
    transactions.push({
      at: Date.now(),
      transaction_info: {
        ...{ transaction_id: part.id, transaction_event_code, custom_field: part.custom_id },
        transaction_amount: part.amount,
      },
    });

  function addCapture(order: Row, amount: Row, invoice_id?: string): Row {
    const made: Row = {
      ...{ id: newId(), status: 'COMPLETED', amount, custom_id: unitOf(order).custom_id, final_capture: false },
      ...(invoice_id && { invoice_id }),
      links: [],
    };
    partsOf(order).captures = [...(partsOf(order).captures ?? []), made];
    book('T0006', made);
    tell('PAYMENT.CAPTURE.COMPLETED', made);
    return made;
  }

  return {
    orders,
    transactions,
    /** Test's own: whose wallet the next buyers pay with. */
    setWallet(token: string): void {
      wallet = token;
    },
    /** Test's own: what the buyer does on PayPal's page. Who goes away tells nobody. */
    decide(id: string, isApproved: boolean): void {
      const order = orders.get(id);
      if (!order) throw new Error('no such order');
      if (!isApproved) return;
      order.status = 'APPROVED';
      tell('CHECKOUT.ORDER.APPROVED', order);
    },
    ledger(reference: string) {
      const own = [...orders.values()].filter((order) => unitOf(order).custom_id === reference.replaceAll(':', '.'));
      const parts = (kind: string): Row[] => own.flatMap((order) => partsOf(order)[kind] ?? []);
      const sum = (kind: string) => parts(kind).reduce((total, { amount }) => total + cents(amount), 0);
      const reserved = parts('authorizations').filter(({ status }) => status !== 'VOIDED').length;
      const direct = own.filter((order) => !partsOf(order).authorizations && partsOf(order).captures).length;
      return { charges: reserved + direct, captured: sum('captures'), refunded: sum('refunds') };
    },
    create(body: Row): Answer {
      const id = newId();
      const page = {
        rel: 'payer-action',
        href: `https://www.sandbox.paypal.com/checkoutnow?token=${id}`,
        method: 'GET',
      };
      const order = {
        ...{ id, status: 'PAYER_ACTION_REQUIRED', intent: body.intent, payment_source: { paypal: {} } },
        purchase_units: body.purchase_units.map((unit: Row) => ({ reference_id: 'default', ...unit })),
        links: [link('self', `/v2/checkout/orders/${id}`), page],
      };
      orders.set(id, order);
      wallets.set(id, wallet);
      return ok(200, order);
    },
    get(id = ''): Answer {
      const order = orders.get(id);
      return order ? ok(200, order) : failed(404, 'INVALID_RESOURCE_ID');
    },
    complete(id = '', intent: string): Answer {
      const order = orders.get(id);
      if (!order) return failed(404, 'INVALID_RESOURCE_ID');
      if (order.intent !== intent) return failed(422, 'ACTION_DOES_NOT_MATCH_INTENT');
      if (order.status === 'COMPLETED')
        return failed(422, intent === 'CAPTURE' ? 'ORDER_ALREADY_CAPTURED' : 'ORDER_ALREADY_AUTHORIZED');
      if (order.status !== 'APPROVED') return failed(422, 'ORDER_NOT_APPROVED');
      const refusal = REFUSALS[wallets.get(id) ?? ''];
      if (refusal) return failed(422, refusal);
      order.status = 'COMPLETED';
      const { amount, custom_id } = unitOf(order);
      if (intent === 'CAPTURE') addCapture(order, amount);
      else {
        const made = { id: newId(), status: 'CREATED', amount, custom_id, links: [] };
        partsOf(order).authorizations = [made];
        tell('PAYMENT.AUTHORIZATION.CREATED', made);
      }
      return ok(201, order);
    },
    capture(id: string | undefined, { amount, invoice_id }: Row): Answer {
      const found = find('authorizations', id);
      if (!found) return failed(404, 'INVALID_RESOURCE_ID');
      const { order, part } = found;
      if (part.status === 'VOIDED') return failed(422, 'AUTHORIZATION_VOIDED');
      if (part.status === 'CAPTURED') return failed(422, 'AUTHORIZATION_ALREADY_CAPTURED');
      const captures: Row[] = partsOf(order).captures ?? [];
      if (captures.some((one) => one.invoice_id === invoice_id)) return failed(422, 'DUPLICATE_INVOICE_ID');
      const taken = captures.reduce((total, one) => total + cents(one.amount), cents(amount));
      if (taken > cents(part.amount) * 1.15) return failed(422, 'MAX_CAPTURE_AMOUNT_EXCEEDED');
      part.status = taken >= cents(part.amount) ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
      return ok(201, addCapture(order, amount, invoice_id));
    },
    void(id: string | undefined): Answer {
      const found = find('authorizations', id);
      if (!found) return failed(404, 'INVALID_RESOURCE_ID');
      if (found.part.status === 'VOIDED') return failed(422, 'PREVIOUSLY_VOIDED');
      if (found.part.status !== 'CREATED') return failed(422, 'PREVIOUSLY_CAPTURED');
      found.part.status = 'VOIDED';
      tell('PAYMENT.AUTHORIZATION.VOIDED', found.part);
      return ok(200, found.part);
    },
    refund(id: string | undefined, { amount, invoice_id, custom_id }: Row): Answer {
      const found = find('captures', id);
      if (!found) return failed(404, 'INVALID_RESOURCE_ID');
      const { order, part } = found;
      const up = link('up', `/v2/payments/captures/${part.id}`);
      const earlier: Row[] = (partsOf(order).refunds ?? []).filter((one: Row) => one.links[0].href === up.href);
      const given = earlier.reduce((total, one) => total + cents(one.amount), cents(amount));
      if (given > cents(part.amount)) return failed(422, 'REFUND_AMOUNT_EXCEEDED');
      part.status = given === cents(part.amount) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
      const made = { id: newId(), status: 'COMPLETED', amount, invoice_id, custom_id, links: [up] };
      partsOf(order).refunds = [...(partsOf(order).refunds ?? []), made];
      book('T1107', made);
      tell('PAYMENT.CAPTURE.REFUNDED', made);
      return ok(201, made);
    },
  };
}
