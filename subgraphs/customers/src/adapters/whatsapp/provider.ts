import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { TextProvider } from '../message-provider.ts';

const SETTINGS = {
  accessToken: {
    name: 'WHATSAPP_ACCESS_TOKEN',
    says: 'the token of a system user that may send messages',
    secret: true,
    form: /^[A-Za-z0-9_.-]{20,}$/,
  },
  phoneNumberId: { name: 'WHATSAPP_PHONE_NUMBER_ID', says: 'the id of the sending number', form: /^\d{5,20}$/ },
  template: {
    name: 'WHATSAPP_TEMPLATE',
    says: 'an approved template in every language of the shop, whose body is {{1}}',
    form: /^[a-z0-9_]{1,512}$/,
  },
  appSecret: {
    name: 'WHATSAPP_APP_SECRET',
    says: 'the secret of the app, 32 hex digits',
    secret: true,
    form: /^[0-9a-f]{32}$/,
  },
  verifyToken: {
    name: 'WHATSAPP_VERIFY_TOKEN',
    says: 'a word of your own, given to Meta with the address of the webhook',
    secret: true,
    form: /^\S{8,}$/,
  },
  baseUrl: {
    name: 'WHATSAPP_URL',
    says: 'where the API is, with its version',
    fallback: 'https://graph.facebook.com/v23.0',
    form: 'url',
  },
} as const;

export const readWhatsapp = (env: Env) => readSettings(env, SETTINGS);

export const whatsapp: TextProvider = {
  name: 'whatsapp',
  settings: SETTINGS,
  prepare(env) {
    const settings = readWhatsapp(env);
    return async () => {
      const { createWhatsappChat } = await import('./chat.ts');
      return createWhatsappChat(settings);
    };
  },
  async check(env) {
    const { createWhatsappHttp, toFailure } = await import('./chat.ts');
    const options = readWhatsapp(env);
    return async () => {
      const http = createWhatsappHttp(options);
      try {
        const path = `/${options.phoneNumberId}/whatsapp_commerce_settings`;
        const { status, body } = await http.send({ method: 'GET', path, mayRepeat: true });
        if (status >= 300) throw toFailure(status, body?.error);
        return 'the token may act for the number';
      } finally {
        await http.close();
      }
    };
  },
};
