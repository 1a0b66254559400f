import { type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderNumber } from './phrases.ts';

/** Data: orderId or orderNumber; refund (money), name, reason, lines [{title, quantity}]. */
export const refundIssued: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (number: string) => `Your refund for order ${number}`,
    body: (amount: string, number: string) =>
      `we have sent ${amount} for order ${number} back to you, the way that you paid.`,
    some: 'the money',
    wait: 'Until you see it, your bank may need a few days.',
    reason: (reason: string) => `The reason: ${reason}`,
    sms: (amount: string, number: string) => `We have sent back ${amount} for order ${number}.`,
  },
  de: {
    subject: (number: string) => `Ihre Erstattung zur Bestellung ${number}`,
    body: (amount: string, number: string) =>
      `wir haben Ihnen ${amount} zur Bestellung ${number} erstattet, auf dem Weg, auf dem Sie bezahlt haben.`,
    some: 'das Geld',
    wait: 'Bis Sie es sehen, kann Ihre Bank ein paar Tage brauchen.',
    reason: (reason: string) => `Der Grund: ${reason}`,
    sms: (amount: string, number: string) => `Wir haben Ihnen ${amount} zur Bestellung ${number} erstattet.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  const amount = data.money('refund') ?? words.some;
  const reason = data.text('reason');
  const lines = data.items('lines');
  return {
    subject: words.subject(number),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body(amount, number)),
      ...paragraph(reason && words.reason(reason)),
      ...rows(lines.map((line) => [line.text('title') ?? '', line.text('quantity') ?? '1'])),
      ...paragraph(words.wait),
    ],
    farewell: farewell(language, shop),
    sms: `${shop.name}: ${words.sms(amount, number)}`,
  };
}
