import type { OpenedWebhook, ProviderEvent, Webhook } from '../../ports/payment-provider.ts';
import { type Item, isAboutPayment, referenceOf } from './items.ts';
import { HmacValidator } from './library.ts';

type Signed = Omit<Item, 'id' | 'type'> & { readonly additionalData?: Record<string, string> };

const validator = new HmacValidator();

/**
 * Adyen signs the fields that matter of each item, not the bytes, so they are read before: both references, the account,
 * the amount, the kind and the outcome. The same item has the same id however often it comes.
 */
export function openWebhook(keys: readonly string[], merchantAccount: string, { body }: Webhook): OpenedWebhook {
  const items = readItems(body);
  if (!items) return { kind: 'malformed' };
  const isSigned = (item: Signed) =>
    item.additionalData?.hmacSignature !== undefined &&
    keys.some((key) => validator.validateHMAC(item as unknown as Parameters<typeof validator.validateHMAC>[0], key));
  if (!items.every(isSigned)) return { kind: 'unsigned' };
  const ours = items.filter(
    (item) => (item as { merchantAccountCode?: string }).merchantAccountCode === merchantAccount,
  );
  return { kind: 'events', events: ours.map((item) => ({ ...item, id: idOf(item), type: item.eventCode })) };
}

const idOf = ({ pspReference, eventCode, success }: Signed): string => `${pspReference}:${eventCode}:${success}`;

function readItems(body: Buffer): readonly Signed[] | null {
  try {
    // PostgreSQL stores no NUL.
    if (body.includes('\\u0000')) return null;
    const { notificationItems } = JSON.parse(body.toString()) as {
      notificationItems: { NotificationRequestItem: Signed }[];
    };
    const items = notificationItems.map(({ NotificationRequestItem }) => NotificationRequestItem);
    return items.length > 0 && items.every(isItem) ? items : null;
  } catch {
    return null;
  }
}

const isItem = ({ pspReference, eventCode, success, merchantReference, amount }: Signed): boolean =>
  [pspReference, eventCode, success, merchantReference].every((text) => typeof text === 'string') &&
  Number.isSafeInteger(amount?.value);

/** Of each event the payment is looked at altogether: they come in any order. */
export function readEvent(payload: unknown): ProviderEvent | null {
  const item = payload as Item;
  if (!isAboutPayment(item)) return null;
  return { id: item.id, type: item.type, reference: referenceOf(item), payment: null };
}
