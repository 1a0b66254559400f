import { toDecimal } from '@cartograph/kernel/money';
import { nameParts, type SyncedCustomer } from '../../domain/sync.ts';

/** A contact's properties. All are texts there, and an empty one clears. Those of ours must exist in the account. */
export function contactProperties(customer: SyncedCustomer): Record<string, string> {
  const { id, email, name, phone, locale, createdAt, agreed, history } = customer;
  const { first, last } = nameParts(name);
  return {
    email,
    firstname: first ?? '',
    lastname: last ?? '',
    phone: phone ?? '',
    cartograph_id: id,
    cartograph_locale: locale,
    cartograph_customer_since: createdAt.toISOString(),
    cartograph_consents: agreed.join(';'),
    cartograph_orders: String(history.count),
    cartograph_spent: history.spent.map((sum) => `${toDecimal(sum)} ${sum.currency}`).join(', '),
    cartograph_last_order: history.last?.number ?? '',
    cartograph_last_order_status: history.last?.status ?? '',
    cartograph_last_order_at: history.last?.placedAt.toISOString() ?? '',
  };
}
