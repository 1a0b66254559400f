import { createTransport } from 'nodemailer';
import type { OutgoingMail } from '../ports/senders.ts';

/** What nodemailer is told of a mail. The same id for every attempt lets mail servers see a repeat. */
export const toMessage = (mail: OutgoingMail, from: string) => ({
  from,
  to: mail.to,
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  messageId: `<${fileName(mail.id)}@${from.replace(/^.*@|>.*$/g, '')}>`,
  headers: { 'Content-Language': mail.locale, 'Auto-Submitted': 'auto-generated' },
});

/** A mail as bytes, RFC 5322 and MIME. */
export async function toEml(mail: OutgoingMail, from: string): Promise<Buffer> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await transport.sendMail(toMessage(mail, from));
  return message as Buffer;
}

/** An id as a file name: a colon is none on every system. */
export const fileName = (id: string): string => id.replace(/[^\w-]/g, '-');
