import { type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderNumber } from './phrases.ts';

/** Data: orderId or orderNumber; returnNumber, name, refund (money), lines [{title, quantity}]. */
export const returnReceived: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (number: string) => `Your return of order ${number} has arrived`,
    body: (number: string) => `what you sent back of order ${number} has arrived.`,
    refund: (amount: string) => `${amount} go back to you the way that you paid.`,
    reference: (number: string) => `The number of your return: ${number}`,
    sms: (number: string) => `Your return of order ${number} has arrived.`,
  },
  de: {
    subject: (number: string) => `Ihre Rücksendung zur Bestellung ${number} ist da`,
    body: (number: string) => `Ihre Rücksendung zur Bestellung ${number} ist bei uns angekommen.`,
    refund: (amount: string) => `${amount} gehen auf Ihren Zahlungsweg zurück.`,
    reference: (number: string) => `Die Nummer Ihrer Rücksendung: ${number}`,
    sms: (number: string) => `Ihre Rücksendung zur Bestellung ${number} ist da.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  const refund = data.money('refund');
  const reference = data.text('returnNumber');
  const lines = data.items('lines');
  return {
    subject: words.subject(number),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body(number)),
      ...rows(lines.map((line) => [line.text('title') ?? '', line.text('quantity') ?? '1'])),
      ...paragraph(refund && words.refund(refund)),
      ...paragraph(reference && words.reference(reference)),
    ],
    farewell: farewell(language, shop),
    sms: `${shop.name}: ${words.sms(number)}`,
  };
}
