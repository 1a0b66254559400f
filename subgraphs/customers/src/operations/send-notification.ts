import { badInput } from '@cartograph/kernel/errors';
import { readText } from '@cartograph/kernel/text';
import { readLocale } from '../domain/customer.ts';
import { normalizeEmail } from '../domain/email.ts';
import { type NewNotification, normalizePhone, type TemplateData } from '../domain/notification.ts';
import { renderTemplate } from '../domain/templates.ts';
import type { Ports } from '../ports.ts';

export interface SendNotificationInput {
  readonly key: string;
  readonly template: string;
  readonly to: string;
  readonly customerId?: string | null | undefined;
  readonly locale?: string | null | undefined;
  readonly data: string;
}

/**
 * For neighbours. A mail goes as a text message too, to a customer who wants texts and has given a number. What could not be
 * sent is refused now, while the caller can still hear of it.
 */
export const sendNotification =
  (ports: Ports) =>
  async (input: SendNotificationInput): Promise<boolean> => {
    const locale = input.locale ? readLocale(input.locale) : 'en';
    const data = readJson(input.data);
    const { channel, recipient } = readRecipient(input.to);
    const message = renderTemplate(input.template, data, locale, ports.shop);
    if (channel === 'SMS' && message.sms === null)
      throw badInput(`The template "${input.template}" is not for text messages. Give an e-mail address.`);
    const notification: NewNotification = {
      id: ports.newId('Notification'),
      key: readText('key', input.key, { max: 300 }),
      template: input.template,
      channel,
      recipient,
      customerId: input.customerId ?? null,
      locale,
      data,
      subject: channel === 'SMS' ? titleOf(message.sms ?? '') : message.subject,
      createdAt: ports.clock(),
      text:
        channel === 'EMAIL' && message.sms ? { id: ports.newId('Notification'), subject: titleOf(message.sms) } : null,
    };
    await ports.notifications.add(notification);
    ports.wake('messages');
    return true;
  };

/** A text has no subject: lists show how it begins. */
const titleOf = (text: string): string => text.slice(0, 80);

function readJson(text: string): TemplateData {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Falls through to the same answer.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput('"data" must be the text of a JSON object.');
  return value as TemplateData;
}

function readRecipient(to: string): Pick<NewNotification, 'channel' | 'recipient'> {
  const email = normalizeEmail(to);
  if (email) return { channel: 'EMAIL', recipient: email };
  const phone = normalizePhone(to);
  if (phone) return { channel: 'SMS', recipient: phone };
  throw badInput('"to" must be an e-mail address, or a phone number with its country code such as +491701234567.');
}
