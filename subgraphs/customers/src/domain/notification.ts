import type { ConsentTopic } from './consent.ts';
import type { SendFailure } from './send-failure.ts';

export type NotificationChannel = 'EMAIL' | 'SMS';
export type NotificationStatus = 'QUEUED' | 'SENT' | 'DELIVERED' | 'BOUNCED' | 'FAILED' | 'CANCELLED';

/** What a template is filled with: plain JSON. */
export type TemplateData = Readonly<Record<string, unknown>>;

export interface NewNotification {
  readonly id: string;
  /** Sent once per key. */
  readonly key: string;
  readonly template: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly customerId: string | null;
  readonly locale: string;
  readonly data: TemplateData;
  readonly subject: string;
  readonly createdAt: Date;
  /** Of a mail: the text message that goes beside it to a customer who wants texts. */
  readonly text?: { readonly id: string; readonly subject: string } | null;
}

export interface Notification {
  readonly id: string;
  readonly template: string;
  readonly channel: NotificationChannel;
  readonly recipient: string;
  readonly subject: string;
  readonly status: NotificationStatus;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  /** For staff alone. */
  readonly lastError: string | null;
}

export interface NotificationFilter {
  readonly customerId: string | null;
  readonly status: readonly NotificationStatus[] | null;
}

/** One that a sender has taken for a while. */
export interface DueNotification extends NewNotification {
  readonly attempts: number;
}

export const MAX_SEND_ATTEMPTS = 10;

/** So long a provider has to tell that it did send what nobody knows of. */
const NEWS_SECONDS = 120;

/** Seconds until the next attempt: 5, 10, 20 … up to an hour. */
export function pauseAfter(attempts: number, failure: SendFailure | null): number {
  const pause = Math.min(5 * 2 ** (attempts - 1), 3600);
  return failure === 'perhaps-sent' ? Math.max(pause, NEWS_SECONDS) : pause;
}

/** Templates that are advertisements, though they are about something of the customer's. */
const OFFERS: readonly string[] = ['abandoned-cart'];

/** What the recipient must have agreed to; null for what they are owed. By phone, that is everything. */
export function consentNeeded({
  channel,
  template,
}: Pick<NewNotification, 'channel' | 'template'>): ConsentTopic | null {
  if (channel === 'SMS') return 'SMS';
  return OFFERS.includes(template) ? 'EMAIL' : null;
}

/** A phone number with its country code, as text messages need it: "0049 (0)170 1234567" as "+491701234567". */
export const normalizePhone = (text: string): string | null => {
  const phone = text
    .replace('(0)', '')
    .replace(/[\s()./-]/g, '')
    .replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null;
};
