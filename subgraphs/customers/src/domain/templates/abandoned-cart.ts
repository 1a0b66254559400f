import { button, type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderLines } from './phrases.ts';

/** An advertisement, so only with consent. Data: url (of the cart); name, lines [{title, quantity, total}], total. */
export const abandonedCart: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (shop: string) => `Your cart at ${shop} is still here`,
    body: 'you left something in your cart. We have kept it for you.',
    total: 'Total',
    back: 'Back to the cart',
    why: (shop: string) =>
      `You get this because you agreed to offers of ${shop}. You can end that at any time in your account.`,
  },
  de: {
    subject: (shop: string) => `Ihr Warenkorb bei ${shop} ist noch da`,
    body: 'in Ihrem Warenkorb liegt noch etwas. Wir haben es für Sie aufgehoben.',
    total: 'Summe',
    back: 'Zum Warenkorb',
    why: (shop: string) =>
      `Sie bekommen diese Mail, weil Sie Angeboten von ${shop} zugestimmt haben. Das können Sie in Ihrem Konto jederzeit beenden.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  data.needed('url');
  return {
    subject: words.subject(shop.name),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body),
      ...orderLines(data),
      ...rows([[words.total, data.money('total')]]),
      ...button(words.back, data.link('url')),
      ...paragraph(words.why(shop.name)),
    ],
    farewell: farewell(language, shop),
    sms: null,
  };
}
