import type { ProviderPayment } from '../../ports/payment-provider.ts';
import { minorOf, type PaypalAmount } from './amounts.ts';
import { fromName } from './names.ts';

interface Link {
  readonly rel: string;
  readonly href: string;
}

interface Part {
  readonly id: string;
  readonly status: string;
  readonly amount: PaypalAmount;
  /** Names our effect. */
  readonly invoice_id?: string;
  readonly links?: readonly Link[];
}

/** The parts of PayPal's order that matter here. */
export interface Order {
  readonly id: string;
  readonly status: string;
  readonly links?: readonly Link[];
  readonly purchase_units: readonly {
    readonly custom_id?: string;
    readonly amount: PaypalAmount;
    readonly payments?: {
      readonly authorizations?: readonly Part[];
      readonly captures?: readonly Part[];
      readonly refunds?: readonly Part[];
    };
  }[];
}

const unitOf = ({ purchase_units: [unit] }: Order) => {
  if (!unit) throw new Error('a PayPal order without a purchase unit');
  return unit;
};

export const authorizationOf = (order: Order): Part | undefined => unitOf(order).payments?.authorizations?.[0];
export const capturesOf = (order: Order): readonly Part[] => unitOf(order).payments?.captures ?? [];
export const refundsOf = (order: Order): readonly Part[] => unitOf(order).payments?.refunds ?? [];

const TAKEN = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'];
const isTaken = ({ status }: Part): boolean => TAKEN.includes(status);
const sum = (parts: readonly Part[]): number => parts.reduce((total, { amount }) => total + minorOf(amount), 0);

/** What can still go back of one capture. */
export const leftOf = (order: Order, capture: Part): number =>
  isTaken(capture)
    ? minorOf(capture.amount) - sum(refundsOf(order).filter((refund) => isOf(refund, capture) && !hasFailed(refund)))
    : 0;

const isOf = ({ links }: Part, { id }: Part): boolean =>
  links?.some(({ rel, href }) => rel === 'up' && href.endsWith(`/captures/${id}`)) ?? false;

export const hasFailed = ({ status }: Part): boolean =>
  status === 'FAILED' || status === 'CANCELLED' || status === 'DECLINED';

/** Versions: PayPal numbers no changes, and each of them is a step ahead. */
const STAGES: Readonly<Record<ProviderPayment['status'], number>> = {
  'action-required': 1,
  approved: 2,
  pending: 10,
  authorized: 11,
  captured: 11,
  declined: 900,
  voided: 900,
};
/** Given up by us, before anything was asked for that could be voided there. */
export const GIVEN_UP = 3;

export function toPayment(order: Order): ProviderPayment {
  const { custom_id, amount } = unitOf(order);
  const [captures, refunds, status] = [capturesOf(order), refundsOf(order), statusOf(order)];
  const steps = [...captures, ...refunds].reduce((count, part) => count + (part.status === 'PENDING' ? 1 : 2), 0);
  const failed = refunds.filter(hasFailed).length;
  return {
    providerId: order.id,
    reference: fromName(custom_id ?? ''),
    status,
    version: STAGES[status] + steps + failed,
    currency: amount.currency_code,
    capturedMinor: sum(captures.filter(isTaken)),
    refundedMinor: sum(refunds.filter(({ status: one }) => one === 'COMPLETED')),
    card: null,
    declineReason: status === 'declined' ? 'DECLINED' : null,
    action: status === 'action-required' ? actionOf(order) : null,
    effects: [...captures, ...refunds].flatMap(effectOf),
  };
}

function statusOf(order: Order): ProviderPayment['status'] {
  const [authorization, captures] = [authorizationOf(order), capturesOf(order)];
  if (captures.some(isTaken)) return 'captured';
  if (authorization) {
    if (authorization.status === 'VOIDED') return 'voided';
    if (authorization.status === 'DENIED') return 'declined';
    return authorization.status === 'PENDING' ? 'pending' : 'authorized';
  }
  if (captures.length > 0) return captures.some((capture) => !hasFailed(capture)) ? 'pending' : 'declined';
  if (order.status === 'VOIDED') return 'voided';
  return order.status === 'APPROVED' ? 'approved' : 'action-required';
}

/** The buyer approves on PayPal's page; its button in the browser wants the order's id instead. */
const actionOf = ({ id, links = [] }: Order) => ({
  redirectUrl: links.find(({ rel }) => rel === 'payer-action' || rel === 'approve')?.href ?? '',
  clientSecret: id,
});

function effectOf(part: Part): ProviderPayment['effects'] {
  const { invoice_id, status } = part;
  if (!invoice_id) return [];
  const id = fromName(invoice_id);
  if (hasFailed(part)) return [{ id, status: 'REFUSED', refusal: 'REFUSED_BY_PROVIDER' }];
  return [{ id, status: status === 'PENDING' ? 'PENDING' : 'SUCCEEDED', refusal: null }];
}
