import { toDecimal } from '@cartograph/kernel/money';
import { type CustomerOrder, nameParts, type SyncedCustomer } from '../../domain/sync.ts';

/** The field with our ids, in both objects: unique, and marked as an external id. */
export const OUR_ID = 'Cartograph_Id__c';
export const ORDER_OBJECT = 'Cartograph_Order__c';

/** An object as the partner API takes it: its type, the fields to empty, and the others. */
export type SObject = { readonly type: string; readonly fieldsToNull?: readonly string[] } & Readonly<
  Record<string, unknown>
>;

export function contactOf(customer: SyncedCustomer): SObject {
  const { id, email, name, phone, locale, createdAt, agreed, history } = customer;
  const { first, last } = nameParts(name);
  return withoutNulls('Contact', {
    FirstName: first,
    // A contact there must have one.
    LastName: last ?? email,
    Email: email,
    Phone: phone,
    [OUR_ID]: id,
    Cartograph_Locale__c: locale,
    Cartograph_Customer_Since__c: createdAt.toISOString(),
    Cartograph_Consents__c: agreed.join(';') || null,
    Cartograph_Orders__c: String(history.count),
    Cartograph_Spent__c: history.spent.map((sum) => `${toDecimal(sum)} ${sum.currency}`).join(', ') || null,
  });
}

export function orderOf({ id, customerId, number, status, total, placedAt, lines }: CustomerOrder): SObject {
  return withoutNulls(ORDER_OBJECT, {
    [OUR_ID]: id,
    Name: number,
    Status__c: status,
    Total__c: toDecimal(total),
    Currency__c: total.currency,
    Placed_At__c: placedAt.toISOString(),
    Lines__c: lines.map(({ quantity, sku, title }) => `${quantity} × ${title} (${sku})`).join('\n'),
    // The contact by our own id. The library knows no namespace for what is inside of it.
    Contact__r: { 'ens:type': 'Contact', [`ens:${OUR_ID}`]: customerId },
  });
}

/** An absent field stays as it is there, so that one without a value is named to be emptied. */
function withoutNulls(type: string, fields: Readonly<Record<string, unknown>>): SObject {
  const entries = Object.entries(fields);
  const empty = entries.filter(([, value]) => value === null).map(([name]) => name);
  const full = Object.fromEntries(entries.filter(([, value]) => value !== null));
  // The WSDL wants an id in this place; of who is found by ours it says nothing.
  return { type, ...(empty.length > 0 && { fieldsToNull: empty }), Id: null, ...full };
}
