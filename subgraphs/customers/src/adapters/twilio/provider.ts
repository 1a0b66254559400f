import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { TextProvider } from '../message-provider.ts';

const SETTINGS = {
  accountSid: { name: 'TWILIO_ACCOUNT_SID', says: 'the account, AC and 32 hex digits', form: /^AC[0-9a-f]{32}$/i },
  authToken: {
    name: 'TWILIO_AUTH_TOKEN',
    says: 'its auth token, 32 hex digits',
    secret: true,
    form: /^[0-9a-f]{32}$/i,
  },
  from: {
    name: 'TWILIO_FROM',
    says: 'a number of the account such as +15005550006, or a messaging service, MG and 32 hex digits',
    form: /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/i,
  },
  webhookUrl: {
    name: 'TWILIO_WEBHOOK_URL',
    says: 'where Twilio reaches this subgraph, https://hooks.example.com/webhooks/twilio',
    form: /^https?:\/\/\S+[^/\s]$/,
  },
  baseUrl: { name: 'TWILIO_URL', says: 'where the API is', fallback: 'https://api.twilio.com', form: 'url' },
} as const;

export const readTwilio = (env: Env) => readSettings(env, SETTINGS);

export const twilio: TextProvider = {
  name: 'twilio',
  settings: SETTINGS,
  prepare(env) {
    const settings = readTwilio(env);
    return async () => {
      const { createTwilioSms } = await import('./sms.ts');
      return createTwilioSms(settings);
    };
  },
  async check(env) {
    const { createTwilioClient, toAnswer } = await import('./sms.ts');
    const client = createTwilioClient(readTwilio(env));
    return async () => {
      await client.messages.list({ limit: 1, pageSize: 1 }).catch(toAnswer);
      return 'the account may read its messages';
    };
  },
};
