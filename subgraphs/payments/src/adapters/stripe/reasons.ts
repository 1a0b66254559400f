import type { RefusalReason } from '../../domain/refusal.ts';

/** Stripe's decline codes and, where there is none, its error codes. What is not here is a plain decline. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  withdrawal_count_limit_exceeded: 'INSUFFICIENT_FUNDS',
  card_velocity_exceeded: 'INSUFFICIENT_FUNDS',
  expired_card: 'EXPIRED_CARD',
  fraudulent: 'SUSPECTED_FRAUD',
  stolen_card: 'SUSPECTED_FRAUD',
  lost_card: 'SUSPECTED_FRAUD',
  pickup_card: 'SUSPECTED_FRAUD',
  merchant_blacklist: 'SUSPECTED_FRAUD',
  security_violation: 'SUSPECTED_FRAUD',
  authentication_required: 'AUTHENTICATION_FAILED',
  payment_intent_authentication_failure: 'AUTHENTICATION_FAILED',
  incorrect_number: 'INVALID_TOKEN',
  invalid_number: 'INVALID_TOKEN',
  incorrect_cvc: 'INVALID_TOKEN',
  invalid_cvc: 'INVALID_TOKEN',
  invalid_expiry_month: 'INVALID_TOKEN',
  invalid_expiry_year: 'INVALID_TOKEN',
};

/** Null where nothing was said. */
export function reasonOf(
  error: { readonly decline_code?: string | null; readonly code?: string | null } | null | undefined,
): RefusalReason | null {
  if (!error) return null;
  return REASONS[error.decline_code ?? ''] ?? REASONS[error.code ?? ''] ?? 'DECLINED';
}
