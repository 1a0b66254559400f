import { button, type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderLines, orderNumber } from './phrases.ts';

/** Data: orderId or orderNumber; name, lines [{title, quantity, total}], total, due (amounts), payBy (date), url. */
export const paymentDue: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (number: string) => `Please pay for order ${number}`,
    body: (number: string) =>
      `we have changed your order as agreed. What is added is order ${number}, and waits for you.`,
    total: 'Total',
    due: 'Left to pay',
    until: (date: string) =>
      `Please pay by ${date}. Until then we keep it for you; after that everything stays as it was.`,
    pay: 'Pay now',
    sms: (amount: string, number: string) => `${amount} are left to pay for order ${number}.`,
  },
  de: {
    subject: (number: string) => `Bitte bezahlen Sie Bestellung ${number}`,
    body: (number: string) =>
      `wir haben Ihre Bestellung wie besprochen geändert. Was dazukommt, ist Bestellung ${number} und wartet auf Sie.`,
    total: 'Summe',
    due: 'Noch zu zahlen',
    until: (date: string) =>
      `Bitte bezahlen Sie bis zum ${date}. So lange heben wir es für Sie auf; danach bleibt alles, wie es war.`,
    pay: 'Jetzt bezahlen',
    sms: (amount: string, number: string) => `Für Bestellung ${number} sind noch ${amount} zu zahlen.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  data.needed('url');
  const due = data.money('due');
  const until = data.date('payBy');
  return {
    subject: words.subject(number),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body(number)),
      ...orderLines(data),
      ...rows([
        [words.total, data.money('total')],
        [words.due, due],
      ]),
      ...paragraph(until && words.until(until)),
      ...button(words.pay, data.link('url')),
    ],
    farewell: farewell(language, shop),
    sms: due && `${shop.name}: ${words.sms(due, number)}`,
  };
}
