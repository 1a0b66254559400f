import { randomBytes } from 'node:crypto';
import { openJournal } from '../journal.ts';
import { type Behaviour, readToken, type SandboxCard } from './cards.ts';

export type SandboxStatus = 'requires_action' | 'processing' | 'authorized' | 'captured' | 'declined' | 'voided';

/** A capture or refund inside a payment; `reference` is the shop's own name for it. */
export interface SandboxMove {
  readonly id: string;
  readonly reference: string | null;
  readonly amount: number;
  readonly created: string;
}

export interface SandboxPayment {
  readonly id: string;
  readonly reference: string;
  readonly status: SandboxStatus;
  readonly amount: number;
  readonly currency: string;
  readonly capture_method: 'automatic' | 'manual';
  readonly amount_captured: number;
  readonly amount_refunded: number;
  /** Grows with every change. */
  readonly version: number;
  readonly card: SandboxCard;
  readonly decline_code: string | null;
  readonly client_secret: string;
  readonly next_action: { readonly redirect_url: string } | null;
  /** Names the bank's page for this payment; null when none was needed. */
  readonly challenge: string | null;
  readonly return_url: string | null;
  readonly captures: readonly SandboxMove[];
  readonly refunds: readonly SandboxMove[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: string;
}

/** A line of the provider's own accounts: what the shop's books are compared with. */
export interface LedgerLine {
  readonly id: string;
  readonly type: 'charge' | 'refund';
  readonly payment: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: string;
}

export interface SandboxMethod {
  readonly id: string;
  readonly customer: string;
  readonly behaviour: Behaviour;
  readonly card: SandboxCard;
}

/** What one call has changed, in one line of the journal: with its key, so that both are known or neither. */
export type BookEntry =
  | {
      readonly kind: 'payment';
      readonly payment: SandboxPayment;
      readonly behaviour: Behaviour;
      readonly key?: string;
      readonly fingerprint?: string;
      readonly line?: LedgerLine;
    }
  | { readonly kind: 'method'; readonly method: SandboxMethod }
  | { readonly kind: 'forgotten'; readonly id: string };

export const sandboxId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

/** The provider's state: rebuilt from its journal, changed only by appending to it. */
export function openBook(journalPath?: string) {
  const journal = openJournal<BookEntry>(journalPath);
  const payments = new Map<string, { readonly payment: SandboxPayment; readonly behaviour: Behaviour }>();
  const byReference = new Map<string, string>();
  const byChallenge = new Map<string, string>();
  const answers = new Map<string, { readonly fingerprint: string; readonly payment: SandboxPayment }>();
  const methods = new Map<string, SandboxMethod>();
  const lines: LedgerLine[] = [];

  function apply(entry: BookEntry) {
    if (entry.kind === 'method') methods.set(entry.method.id, entry.method);
    else if (entry.kind === 'forgotten') methods.delete(entry.id);
    else {
      payments.set(entry.payment.id, entry);
      byReference.set(entry.payment.reference, entry.payment.id);
      if (entry.payment.challenge) byChallenge.set(entry.payment.challenge, entry.payment.id);
      if (entry.key) answers.set(entry.key, { fingerprint: entry.fingerprint ?? '', payment: entry.payment });
      if (entry.line) lines.push(entry.line);
    }
  }
  for (const entry of journal.entries) apply(entry);

  return {
    payments,
    lines: lines as readonly LedgerLine[],
    answerOf: (key: string) => answers.get(key),
    byReference: (reference: string) => payments.get(byReference.get(reference) ?? '')?.payment,
    byChallenge: (challenge: string) => payments.get(byChallenge.get(challenge) ?? ''),
    methodOf: (customer: string, card: SandboxCard) =>
      [...methods.values()].find((method) => method.customer === customer && method.card.last4 === card.last4),
    /** A one-time token, a built-in method, or one that was saved here. */
    cardOf: (token: string) => methods.get(token) ?? readToken(token),
    append(entry: BookEntry) {
      journal.append(entry);
      apply(entry);
    },
    close: () => journal[Symbol.dispose](),
  };
}

export type Book = ReturnType<typeof openBook>;
