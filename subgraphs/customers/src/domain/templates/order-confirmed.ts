import { button, type Letter, paragraph, rows } from '../message.ts';
import type { Template, TemplateContext } from '../template.ts';
import { farewell, greeting, orderLines, orderNumber } from './phrases.ts';

/**
 * Data: orderId or orderNumber; name, lines [{title, quantity, total}], subtotal, discount, shipping, tax,
 * total (amounts), shippingMethod, shippingAddress, url.
 */
export const orderConfirmed: Template = {
  en: (context) => write(context, 'en'),
  de: (context) => write(context, 'de'),
};

const WORDS = {
  en: {
    subject: 'Your order',
    thanks: 'thank you for your order. We are getting it ready.',
    subtotal: 'Subtotal',
    discount: 'Discount',
    shipping: 'Shipping',
    tax: 'Tax',
    total: 'Total',
    to: (method: string | null) => `We ship${method ? ` by ${method}` : ''} to:`,
    look: 'Look at the order',
    sms: (number: string, total: string) => `Thank you! We have your order ${number}${total}.`,
  },
  de: {
    subject: 'Ihre Bestellung',
    thanks: 'vielen Dank für Ihre Bestellung. Wir machen sie fertig.',
    subtotal: 'Zwischensumme',
    discount: 'Rabatt',
    shipping: 'Versand',
    tax: 'Steuer',
    total: 'Summe',
    to: (method: string | null) => `Wir versenden${method ? ` mit ${method}` : ''} an:`,
    look: 'Bestellung ansehen',
    sms: (number: string, total: string) => `Danke! Ihre Bestellung ${number}${total} ist da.`,
  },
};

function write({ data, shop }: TemplateContext, language: 'en' | 'de'): Letter {
  const words = WORDS[language];
  const number = orderNumber(data);
  const total = data.money('total');
  const address = data.address('shippingAddress');
  return {
    subject: `${words.subject} ${number}`,
    blocks: [
      ...greeting(language, data.text('name')),
      ...paragraph(words.thanks),
      ...orderLines(data),
      ...rows([
        [words.subtotal, data.money('subtotal')],
        [words.discount, data.money('discount')],
        [words.shipping, data.money('shipping')],
        [words.tax, data.money('tax')],
        [words.total, total],
      ]),
      ...paragraph(address && `${words.to(data.text('shippingMethod'))}\n${address}`),
      ...button(words.look, data.link('url')),
    ],
    farewell: farewell(language, shop),
    sms: `${shop.name}: ${words.sms(number, total ? ` (${total})` : '')}`,
  };
}
