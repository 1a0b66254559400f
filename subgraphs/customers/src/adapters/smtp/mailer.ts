import { createTransport } from 'nodemailer';
import { undeliverable } from '../domain/notification.ts';
import type { Mailer } from '../ports.ts';
import { toMessage } from './mime.ts';

export interface SmtpMailer extends Mailer {
  close(): void;
}

/** Any mail server: `smtps://user:password@host:465`, or `smtp://host:587`, which turns to TLS where the server offers it. */
export function createSmtpMailer(url: string, from: string): SmtpMailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  return {
    async send(mail) {
      try {
        const { messageId } = await transport.sendMail(toMessage(mail, from));
        return messageId;
      } catch (cause) {
        const { responseCode = 0, command } = cause as { responseCode?: number; command?: string };
        // 5xx to the recipient or the mail itself is final; to us (sign-in, greeting) it is a setting to correct.
        if (responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA'))
          throw undeliverable(`The mail server refuses the mail (${responseCode}).`, { cause });
        throw cause;
      }
    },
    close: () => transport.close(),
  };
}
