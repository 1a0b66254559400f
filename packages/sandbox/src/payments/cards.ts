/** What a payment does, decided by its token as in every provider's test mode. */
export type Behaviour =
  | 'success'
  | 'declined'
  | 'insufficient_funds'
  | 'expired'
  | 'fraud'
  | '3ds'
  | 'timeout'
  | 'late'
  | 'error';

export interface SandboxCard {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
}

const card = (brand: string, last4: string): SandboxCard => ({ brand, last4, exp_month: 12, exp_year: 2034 });

const TOKENS: Readonly<Record<string, { readonly behaviour: Behaviour; readonly card: SandboxCard }>> = {
  success: { behaviour: 'success', card: card('visa', '4242') },
  visa: { behaviour: 'success', card: card('visa', '4242') },
  mastercard: { behaviour: 'success', card: card('mastercard', '4444') },
  amex: { behaviour: 'success', card: card('amex', '0005') },
  declined: { behaviour: 'declined', card: card('visa', '0002') },
  insufficient_funds: { behaviour: 'insufficient_funds', card: card('visa', '9995') },
  expired: { behaviour: 'expired', card: card('visa', '0069') },
  fraud: { behaviour: 'fraud', card: card('visa', '0019') },
  // The buyer must confirm on the bank's page.
  '3ds': { behaviour: '3ds', card: card('visa', '3155') },
  // Charged, and the answer never comes.
  timeout: { behaviour: 'timeout', card: card('visa', '0341') },
  // Answers "processing" and settles some seconds later.
  late: { behaviour: 'late', card: card('visa', '0077') },
  // Fails once before anything happens.
  error: { behaviour: 'error', card: card('visa', '0119') },
};

export const DECLINE_CODES: Partial<Record<Behaviour, string>> = {
  declined: 'card_declined',
  insufficient_funds: 'insufficient_funds',
  expired: 'expired_card',
  fraud: 'fraudulent',
};

/** `tok_3ds` (one-time) or `pm_card_3ds` (saved, as the provider's built-in test methods are); null for any other. */
export function readToken(token: string) {
  const name = /^(?:tok|pm_card)_(\w+)$/.exec(token)?.[1];
  return (name && TOKENS[name]) || null;
}
