/** What a client asks to have sent. */
export type MessageRequest = EmailRequest | SmsRequest;

export interface EmailRequest {
  readonly channel: 'email';
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** The client's own name for it; comes back in webhooks. */
  readonly reference: string | null;
}

export interface SmsRequest {
  readonly channel: 'sms';
  readonly to: string;
  readonly text: string;
  readonly reference: string | null;
}

/** A message in the ledger: what was taken, not its text, which is in the file. */
export interface Message {
  readonly id: string;
  readonly key: string;
  /** Of the request body: the same key with another body is refused. */
  readonly digest: string;
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly subject: string | null;
  readonly reference: string | null;
  /** In the folder. */
  readonly file: string;
  readonly acceptedAt: string;
}

export type DeliveryStatus = 'delivered' | 'bounced';

/** The ledger's lines. */
export type Entry =
  | { readonly kind: 'message'; readonly message: Message }
  | {
      readonly kind: 'delivery';
      readonly messageId: string;
      readonly status: DeliveryStatus;
      readonly eventId: string;
    }
  | { readonly kind: 'told'; readonly eventId: string };

/** A request that this provider refuses, with the HTTP status. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+$/;

export function readEmail(value: unknown): EmailRequest {
  const { from, to, subject, text, html, reference } = asObject(value);
  if (typeof to !== 'string' || !EMAIL.test(to)) throw new Refused(422, '"to" must be an e-mail address.');
  if (typeof from !== 'string' || !from || /[\r\n]/.test(from)) throw new Refused(422, '"from" must be a sender.');
  if (typeof subject !== 'string' || !subject || /[\r\n]/.test(subject))
    throw new Refused(422, '"subject" must be one line.');
  if (typeof text !== 'string' || !text) throw new Refused(422, '"text" is missing.');
  return { channel: 'email', from, to, subject, text, html: asText(html), reference: asText(reference) };
}

export function readSms(value: unknown): SmsRequest {
  const { to, text, reference } = asObject(value);
  if (typeof to !== 'string' || !/^\+[1-9]\d{6,14}$/.test(to))
    throw new Refused(422, '"to" must be a phone number such as +491701234567.');
  if (typeof text !== 'string' || !text || text.length > 1600)
    throw new Refused(422, '"text" must have from 1 to 1600 characters.');
  return { channel: 'sms', to, text, reference: asText(reference) };
}

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(400, 'The body must be a JSON object.');
  return value as Record<string, unknown>;
}
