import { type LedgerLine, type SandboxMove, type SandboxPayment, type SandboxStatus, sandboxId } from './book.ts';
import { type Behaviour, DECLINE_CODES, type SandboxCard } from './cards.ts';

/** A change of a payment, with the line it adds to the accounts. */
export interface Change {
  readonly payment: SandboxPayment;
  readonly line?: LedgerLine;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface NewPayment {
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly capture_method: 'automatic' | 'manual';
  readonly return_url: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

const now = (): string => new Date().toISOString();

export function createPayment(request: NewPayment, behaviour: Behaviour, card: SandboxCard, origin: string): Change {
  const decline_code = DECLINE_CODES[behaviour] ?? null;
  const status: SandboxStatus = decline_code
    ? 'declined'
    : behaviour === '3ds'
      ? 'requires_action'
      : behaviour === 'late'
        ? 'processing'
        : 'authorized';
  const challenge = status === 'requires_action' ? sandboxId('tds') : null;
  const payment: SandboxPayment = {
    ...request,
    id: sandboxId('pay'),
    status,
    amount_captured: 0,
    amount_refunded: 0,
    version: 1,
    card,
    decline_code,
    client_secret: sandboxId('secret'),
    next_action: challenge ? { redirect_url: `${origin}/v1/3ds/${challenge}` } : null,
    challenge,
    captures: [],
    refunds: [],
    created: now(),
  };
  return status === 'authorized' ? charged(payment) : { payment };
}

/** The bank has said yes: automatic captures take the money in the same moment. */
export function approve(payment: SandboxPayment): Change {
  return charged({ ...payment, status: 'authorized', next_action: null, version: payment.version + 1 });
}

export const decline = (payment: SandboxPayment, code: string): Change => ({
  payment: { ...payment, status: 'declined', decline_code: code, next_action: null, version: payment.version + 1 },
});

function charged(payment: SandboxPayment): Change {
  if (payment.capture_method === 'manual') return { payment };
  const move: SandboxMove = { id: sandboxId('cap'), reference: null, amount: payment.amount, created: now() };
  return {
    payment: { ...payment, status: 'captured', amount_captured: payment.amount, captures: [move] },
    line: lineOf(payment, 'charge', move),
  };
}

export function capture(payment: SandboxPayment, amount: number, reference: string | null): Change | Refusal {
  if (payment.status !== 'authorized' && payment.status !== 'captured')
    return { code: 'not_authorized', message: `The payment is ${payment.status}.` };
  const left = payment.amount - payment.amount_captured;
  if (amount > left) return { code: 'amount_too_large', message: `${left} is left to capture.` };
  const move: SandboxMove = { id: sandboxId('cap'), reference, amount, created: now() };
  return {
    payment: {
      ...payment,
      status: 'captured',
      amount_captured: payment.amount_captured + amount,
      captures: [...payment.captures, move],
      version: payment.version + 1,
    },
    line: lineOf(payment, 'charge', move),
  };
}

export function refund(payment: SandboxPayment, amount: number, reference: string | null): Change | Refusal {
  const left = payment.amount_captured - payment.amount_refunded;
  if (amount > left) return { code: 'amount_too_large', message: `${left} is left to refund.` };
  const move: SandboxMove = { id: sandboxId('ref'), reference, amount, created: now() };
  return {
    payment: {
      ...payment,
      amount_refunded: payment.amount_refunded + amount,
      refunds: [...payment.refunds, move],
      version: payment.version + 1,
    },
    line: lineOf(payment, 'refund', move),
  };
}

export function voidPayment(payment: SandboxPayment): Change | Refusal {
  if (payment.status === 'captured' || payment.status === 'declined')
    return { code: 'not_voidable', message: `The payment is ${payment.status}.` };
  if (payment.status === 'voided') return { payment };
  return { payment: { ...payment, status: 'voided', next_action: null, version: payment.version + 1 } };
}

const lineOf = (payment: SandboxPayment, type: LedgerLine['type'], move: SandboxMove): LedgerLine => ({
  id: move.id,
  type,
  payment: payment.id,
  reference: payment.reference,
  amount: move.amount,
  currency: payment.currency,
  created: move.created,
});
