import { createPublicKey, type KeyObject } from 'node:crypto';
import { readSettings } from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import type { MailProvider } from '../message-provider.ts';

const SETTINGS = {
  apiKey: { name: 'SENDGRID_API_KEY', says: 'an API key that may send mail, SG.…', secret: true, form: /^SG\.\S+$/ },
  eventKey: {
    name: 'SENDGRID_EVENT_KEY',
    says: 'the verification key of the signed event webhook: base64, without BEGIN and END',
    form: /^[A-Za-z0-9+/]{80,}={0,2}$/,
  },
  baseUrl: {
    name: 'SENDGRID_URL',
    says: 'where the API is; https://api.eu.sendgrid.com for accounts in the EU',
    fallback: 'https://api.sendgrid.com',
    form: 'url',
  },
} as const;

export function readSendgrid(env: Env) {
  const settings = readSettings(env, SETTINGS);
  return { ...settings, eventKey: readPublicKey(settings.eventKey) };
}

function readPublicKey(text: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw new SettingError(SETTINGS.eventKey.name, `is no public key. It must be ${SETTINGS.eventKey.says}.`);
  }
}

export const sendgrid: MailProvider = {
  name: 'sendgrid',
  settings: SETTINGS,
  prepare(env) {
    const settings = readSendgrid(env);
    return async ({ mailFrom }) => {
      const { createSendgridMailer } = await import('./mailer.ts');
      return createSendgridMailer(settings, mailFrom);
    };
  },
  async check(env) {
    const { createSendgridClient, toAnswer } = await import('./mailer.ts');
    const client = createSendgridClient(readSendgrid(env));
    return async () => {
      const [, body] = await client.request({ method: 'GET', url: '/v3/scopes' }).catch(toAnswer);
      const { scopes = [] } = body as { scopes?: readonly string[] };
      if (!scopes.includes('mail.send')) throw new Error('the API key may not send mail');
      return 'the API key may send mail';
    };
  },
};
