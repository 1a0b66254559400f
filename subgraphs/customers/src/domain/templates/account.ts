import { button, type Letter, paragraph } from '../message.ts';
import type { Language, Template, TemplateContext, TokenPage } from '../template.ts';
import { farewell, greeting } from './phrases.ts';

interface Words {
  readonly subject: (shop: string) => string;
  readonly body: (shop: string) => string;
  readonly link: string;
  readonly hint: string;
}

/** A letter around a link with a one-time token. Data: tokenId, name. Never by text message: phone numbers change hands. */
function letterWithLink(page: TokenPage, words: Readonly<Record<Language, Words>>): Template {
  const write = ({ data, shop }: TemplateContext, language: Language): Letter => ({
    subject: words[language].subject(shop.name),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words[language].body(shop.name)),
      ...button(words[language].link, shop.tokenLink(page, data.needed('tokenId'))),
      ...paragraph(words[language].hint),
    ],
    farewell: farewell(language, shop),
    sms: null,
  });
  return { en: (context) => write(context, 'en'), de: (context) => write(context, 'de') };
}

export const passwordReset = letterWithLink('reset-password', {
  en: {
    subject: (shop) => `Set a new password for ${shop}`,
    body: (shop) => `somebody, most likely you, asked for a new password at ${shop}.`,
    link: 'Set a new password',
    hint: 'The link works once, for one hour. If it was not you, do nothing: your password stays.',
  },
  de: {
    subject: (shop) => `Neues Passwort für ${shop}`,
    body: (shop) => `jemand, vermutlich Sie, möchte ein neues Passwort bei ${shop}.`,
    link: 'Neues Passwort setzen',
    hint: 'Der Link gilt einmal und eine Stunde lang. Waren Sie es nicht, tun Sie nichts: Ihr Passwort bleibt.',
  },
});

export const verifyEmail = letterWithLink('verify-email', {
  en: {
    subject: (shop) => `Please verify your e-mail address for ${shop}`,
    body: (shop) => `your account at ${shop} is open. Please show us that this address is yours.`,
    link: 'Verify the address',
    hint: 'The link works for two days.',
  },
  de: {
    subject: (shop) => `Bitte bestätigen Sie Ihre E-Mail-Adresse für ${shop}`,
    body: (shop) => `Ihr Konto bei ${shop} ist eröffnet. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört.`,
    link: 'Adresse bestätigen',
    hint: 'Der Link gilt zwei Tage lang.',
  },
});

export const staffInvite = letterWithLink('accept-invitation', {
  en: {
    subject: (shop) => `Your account at ${shop}`,
    body: (shop) => `you are invited to work on ${shop}. Choose a password to begin.`,
    link: 'Choose a password',
    hint: 'The link works once, for seven days.',
  },
  de: {
    subject: (shop) => `Ihr Zugang zu ${shop}`,
    body: (shop) => `Sie sind eingeladen, bei ${shop} mitzuarbeiten. Wählen Sie dafür ein Passwort.`,
    link: 'Passwort wählen',
    hint: 'Der Link gilt einmal und sieben Tage lang.',
  },
});

/** Data: name. */
export const welcome: Template = {
  en: ({ data, shop }) => ({
    subject: `Welcome to ${shop.name}`,
    blocks: [
      ...greeting('en', data.text('name')),
      ...paragraph('your e-mail address is verified. It is good to have you.'),
    ],
    farewell: farewell('en', shop),
    sms: `Welcome to ${shop.name}!`,
  }),
  de: ({ data, shop }) => ({
    subject: `Willkommen bei ${shop.name}`,
    blocks: [
      ...greeting('de', data.text('name')),
      ...paragraph('Ihre E-Mail-Adresse ist bestätigt. Schön, dass Sie da sind.'),
    ],
    farewell: farewell('de', shop),
    sms: `Willkommen bei ${shop.name}!`,
  }),
};
