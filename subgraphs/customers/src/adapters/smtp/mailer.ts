import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { notSent, perhapsSent, undeliverable } from '../../domain/send-failure.ts';
import type { Mailer } from '../../ports/senders.ts';
import { toMessage } from '../mime.ts';

export interface SmtpOptions {
  /** `smtps://host:465`, or `smtp://host:587`, which turns to TLS; with or without `user:password@`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Whether a server without TLS is refused. Unless it is said: where a password would be seen on the way. */
  readonly tls?: 'required' | 'offered';
  /** Certificates to trust instead of the usual ones, PEM. */
  readonly ca?: string;
  /** For a whole mail, its wait for a connection included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 25_000;

export interface SmtpMailer extends Mailer {
  close(): void;
  /** Connects and signs in, and sends nothing. */
  verify(): Promise<void>;
}

/** Any mail server. */
export function createSmtpMailer(options: SmtpOptions, from: string): SmtpMailer {
  const { timeoutMs = TIMEOUT_MS } = options;
  const transport = createTransport({
    ...transportOptions(options),
    pool: true,
    maxConnections: 4,
    maxRequeues: 2,
    connectionTimeout: Math.min(10_000, timeoutMs),
    greetingTimeout: Math.min(10_000, timeoutMs),
    socketTimeout: timeoutMs,
  });
  // Where the mail's bytes are read from: unread, the server cannot have it.
  const bytes = new WeakMap<object, Readable>();
  transport.use('stream', ({ message, data }, done) => {
    const createStream = message.createReadStream.bind(message);
    message.createReadStream = (...given) => {
      const stream = createStream(...given);
      if (data.signal) bytes.set(data.signal, stream);
      return stream;
    };
    done();
  });
  return {
    async send(mail) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { messageId } = await transport.sendMail({ ...toMessage(mail, from), signal });
        return messageId;
      } catch (cause) {
        throw toFailure(cause as SmtpError, bytes.get(signal)?.readableDidRead ?? false);
      }
    },
    verify: async () => void (await transport.verify()),
    close: () => transport.close(),
  };
}

function transportOptions({ url, user, password, tls, ca }: SmtpOptions) {
  const { username, password: inUrl, hostname } = new URL(url);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const hasPassword = Boolean(password || inUrl);
  return {
    url,
    ...(user && { auth: { user, pass: password ?? '' } }),
    ...(!user && username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(inUrl) } }),
    requireTLS: tls ? tls === 'required' : hasPassword && !isLocal,
    ...(ca && { tls: { ca } }),
  };
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/** An answer of the server says what became of the mail; without one it depends on how far the mail came. */
function toFailure(cause: SmtpError, wasHandedOver: boolean): Error {
  const { responseCode = 0, response = '', command, message } = cause;
  if (responseCode === 0)
    return wasHandedOver
      ? perhapsSent(`The mail server did not say whether it has the mail: ${message}`, { cause })
      : notSent(`The mail server was not reached: ${message}`, { cause });
  // X.7.X is about us, such as a blocked address of ours; so is what is refused before the recipient: settings to correct.
  const isAboutUs = /^\d{3}[ -]\d\.7\./.test(response) || (command !== 'RCPT TO' && command !== 'DATA');
  if (responseCode >= 500 && !isAboutUs)
    return undeliverable(`The mail server refuses the mail (${responseCode}).`, { cause });
  return notSent(`The mail server does not take the mail now (${responseCode}).`, { cause });
}
