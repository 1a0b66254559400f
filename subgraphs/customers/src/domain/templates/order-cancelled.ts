import { type Letter, paragraph } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderLines, orderNumber } from './phrases.ts';

/** Data: orderId or orderNumber; name, reason, refund (money), lines [{title, quantity, total}]. */
export const orderCancelled: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (number: string) => `Your order ${number} is cancelled`,
    body: (number: string) => `your order ${number} is cancelled.`,
    reason: (reason: string) => `The reason: ${reason}`,
    refund: (amount: string) => `${amount} go back to you the way that you paid.`,
    sms: (number: string) => `Your order ${number} is cancelled.`,
  },
  de: {
    subject: (number: string) => `Ihre Bestellung ${number} ist storniert`,
    body: (number: string) => `Ihre Bestellung ${number} ist storniert.`,
    reason: (reason: string) => `Der Grund: ${reason}`,
    refund: (amount: string) => `${amount} gehen auf Ihren Zahlungsweg zurück.`,
    sms: (number: string) => `Ihre Bestellung ${number} ist storniert.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  const reason = data.text('reason');
  const refund = data.money('refund');
  return {
    subject: words.subject(number),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body(number)),
      ...paragraph(reason && words.reason(reason)),
      ...paragraph(refund && words.refund(refund)),
      ...orderLines(data),
    ],
    farewell: farewell(language, shop),
    sms: `${shop.name}: ${words.sms(number)}`,
  };
}
