import { badInput } from '@cartograph/kernel/errors';
import { type RenderedMessage, renderLetter } from './message.ts';
import type { TemplateData } from './notification.ts';
import { LANGUAGES, languageOf, type Shop, type Template } from './template.ts';
import { readData } from './template-data.ts';
import { abandonedCart } from './templates/abandoned-cart.ts';
import { passwordReset, staffInvite, verifyEmail, welcome } from './templates/account.ts';
import { orderCancelled } from './templates/order-cancelled.ts';
import { orderConfirmed } from './templates/order-confirmed.ts';
import { paymentDue } from './templates/payment-due.ts';
import { refundIssued } from './templates/refund-issued.ts';
import { returnReceived } from './templates/return-received.ts';
import { shipmentSent } from './templates/shipment-sent.ts';

export { LANGUAGES };

/** By the names that callers of `sendNotification` use. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  'order-confirmed': orderConfirmed,
  'order-cancelled': orderCancelled,
  'payment-due': paymentDue,
  'shipment-sent': shipmentSent,
  'return-received': returnReceived,
  'refund-issued': refundIssued,
  'abandoned-cart': abandonedCart,
  'password-reset': passwordReset,
  'verify-email': verifyEmail,
  welcome,
  'staff-invite': staffInvite,
};

/** Throws BAD_USER_INPUT for an unknown template and for data that lacks what the template needs. */
export function renderTemplate(name: string, data: TemplateData, locale: string, shop: Shop): RenderedMessage {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (!template) throw badInput(`There is no template "${name}". Use one of ${Object.keys(TEMPLATES).join(', ')}.`);
  const language = languageOf(locale);
  const numbers = locale.toLowerCase().startsWith(language) ? locale : language;
  return renderLetter(template[language]({ data: readData(data, numbers), shop }), language);
}
