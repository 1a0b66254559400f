import { readFileSync } from 'node:fs';
import { readSettings } from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import type { MailProvider } from '../message-provider.ts';
import type { SmtpOptions } from './mailer.ts';

const SETTINGS = {
  url: {
    name: 'SMTP_URL',
    says: 'the mail server, smtps://host:465 or smtp://host:587',
    secret: true,
    form: /^smtps?:\/\/[^\s/]+/,
  },
  user: { name: 'SMTP_USER', says: 'who signs in, unless the URL says it', fallback: '' },
  password: { name: 'SMTP_PASSWORD', says: 'with which password', secret: true, fallback: '' },
  tls: {
    name: 'SMTP_TLS',
    says: '"required" or "offered": whether a server without TLS is refused. Required where a password is used',
    fallback: '',
    form: /^(required|offered)$/,
  },
  caFile: {
    name: 'SMTP_CA_FILE',
    says: 'a PEM file with the certificates to trust instead of the usual',
    fallback: '',
  },
} as const;

function readSmtp(env: Env): SmtpOptions {
  const { url, user, password, tls, caFile } = readSettings(env, SETTINGS);
  return {
    url,
    ...(user && { user, password }),
    ...(tls && { tls: tls as 'required' | 'offered' }),
    ...(caFile && { ca: readCertificates(caFile) }),
  };
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingError('SMTP_CA_FILE', `cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

export const smtp: MailProvider = {
  name: 'smtp',
  settings: SETTINGS,
  prepare(env) {
    const options = readSmtp(env);
    return async ({ mailFrom }) => {
      const { createSmtpMailer } = await import('./mailer.ts');
      return createSmtpMailer(options, mailFrom);
    };
  },
  async check(env) {
    const options = readSmtp(env);
    const { createSmtpMailer } = await import('./mailer.ts');
    return async () => {
      const mailer = createSmtpMailer(options, 'check@localhost');
      try {
        await mailer.verify();
        return 'the mail server answers, and lets us in';
      } finally {
        mailer.close();
      }
    };
  },
};
