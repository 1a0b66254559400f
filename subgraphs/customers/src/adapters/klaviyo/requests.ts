import { toDecimal } from '@cartograph/kernel/money';
import type {
  EventCreateQueryV2,
  ProfileUpsertQuery,
  SubscriptionCreateJobCreateQuery,
  SubscriptionDeleteJobCreateQuery,
} from 'klaviyo-api';
import { normalizePhone } from '../../domain/notification.ts';
import { nameParts, type SyncedCustomer } from '../../domain/sync.ts';
import type { MarketingEvent } from '../../ports/marketing.ts';

/** A number identifies a profile there, and must be whole: it is told only where it may be used. */
const phoneOf = ({ phone, agreed }: SyncedCustomer): string | null =>
  agreed.includes('SMS') && phone ? normalizePhone(phone) : null;

export function profileOf(customer: SyncedCustomer): ProfileUpsertQuery {
  const { id, email, name, locale, history } = customer;
  const { first, last } = nameParts(name);
  const phone = phoneOf(customer);
  return {
    data: {
      type: 'profile',
      attributes: {
        ...{ email, externalId: id, firstName: first, lastName: last, locale },
        ...(phone && { phoneNumber: phone }),
        properties: {
          cartograph_orders: history.count,
          cartograph_spent: history.spent.map((sum) => `${toDecimal(sum)} ${sum.currency}`).join(', '),
        },
      },
    },
  };
}

/** Null when there is no channel by which news may come. */
export function subscriptionOf(customer: SyncedCustomer): SubscriptionCreateJobCreateQuery | null {
  const phone = phoneOf(customer);
  const byEmail = customer.agreed.includes('EMAIL');
  if (!byEmail && !phone) return null;
  const marketing = { marketing: { consent: 'SUBSCRIBED' as const } };
  const attributes = {
    email: customer.email,
    ...(phone && { phoneNumber: phone }),
    subscriptions: { ...(byEmail && { email: marketing }), ...(phone && { sms: marketing }) },
  };
  return {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: { customSource: 'Cartograph', profiles: { data: [{ type: 'profile', attributes }] } },
    },
  };
}

/** Null when news may come by every channel. */
export function unsubscriptionOf(customer: SyncedCustomer, all = false): SubscriptionDeleteJobCreateQuery | null {
  const phone = customer.phone ? normalizePhone(customer.phone) : null;
  const byEmail = !all && customer.agreed.includes('EMAIL');
  const bySms = (!all && customer.agreed.includes('SMS')) || !phone;
  if (byEmail && bySms) return null;
  const marketing = { marketing: { consent: 'UNSUBSCRIBED' as const } };
  const attributes = {
    ...(!byEmail && { email: customer.email }),
    ...(!bySms && { phoneNumber: phone }),
    subscriptions: { ...(!byEmail && { email: marketing }), ...(!bySms && { sms: marketing }) },
  };
  return {
    data: {
      type: 'profile-subscription-bulk-delete-job',
      attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
    },
  };
}

const METRICS: Readonly<Record<MarketingEvent['kind'], string>> = {
  ORDER_PLACED: 'Placed Order',
  ORDER_CANCELLED: 'Cancelled Order',
  ORDER_DELIVERED: 'Received Order',
};

export function eventOf({ id, kind, order, occurredAt }: MarketingEvent, customer: SyncedCustomer): EventCreateQueryV2 {
  const items = order.lines.map(({ sku, title, quantity, unitPrice }) => ({
    ...{ SKU: sku, ProductName: title, Quantity: quantity },
    ItemPrice: Number(toDecimal(unitPrice)),
  }));
  return {
    data: {
      type: 'event',
      attributes: {
        uniqueId: id,
        time: occurredAt,
        value: Number(toDecimal(order.total)),
        valueCurrency: order.total.currency,
        properties: { OrderId: order.id, OrderNumber: order.number, Items: items },
        metric: { data: { type: 'metric', attributes: { name: METRICS[kind] } } },
        profile: { data: { type: 'profile', attributes: { externalId: customer.id, email: customer.email } } },
      },
    },
  };
}
