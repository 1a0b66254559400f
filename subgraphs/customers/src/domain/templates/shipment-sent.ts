import { button, type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderLines, orderNumber } from './phrases.ts';

/** Data: orderId or orderNumber; name, carrier, trackingNumber, trackingUrl, lines [{title, quantity}]. */
export const shipmentSent: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: (number: string) => `Your order ${number} is on its way`,
    body: 'your parcel has left us.',
    carrier: 'Carrier',
    tracking: 'Tracking number',
    follow: 'Follow the parcel',
    sms: (number: string) => `Your order ${number} is on its way.`,
  },
  de: {
    subject: (number: string) => `Ihre Bestellung ${number} ist unterwegs`,
    body: 'Ihr Paket ist auf dem Weg zu Ihnen.',
    carrier: 'Versand mit',
    tracking: 'Sendungsnummer',
    follow: 'Paket verfolgen',
    sms: (number: string) => `Ihre Bestellung ${number} ist unterwegs.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  const url = data.link('trackingUrl');
  return {
    subject: words.subject(number),
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.body),
      ...orderLines(data),
      ...rows([
        [words.carrier, data.text('carrier')],
        [words.tracking, data.text('trackingNumber')],
      ]),
      ...button(words.follow, url),
    ],
    farewell: farewell(language, shop),
    sms: `${shop.name}: ${words.sms(number)}${url ? ` ${url}` : ''}`,
  };
}
