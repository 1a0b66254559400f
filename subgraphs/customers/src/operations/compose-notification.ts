import type { NewNotification, TemplateData } from '../domain/notification.ts';
import { renderTemplate } from '../domain/templates.ts';
import type { Ports } from '../ports.ts';

export interface MailOrder {
  readonly key: string;
  readonly template: string;
  readonly to: string;
  readonly customerId: string | null;
  readonly locale: string;
  readonly data: TemplateData;
}

/** A mail that is not stored yet. What the template lacks is refused here, not found when it should be sent. */
export const composeMail = (ports: Ports, order: MailOrder): NewNotification => ({
  id: ports.newId('Notification'),
  key: order.key,
  template: order.template,
  channel: 'EMAIL',
  recipient: order.to,
  customerId: order.customerId,
  locale: order.locale,
  data: order.data,
  subject: renderTemplate(order.template, order.data, order.locale, ports.shop).subject,
  createdAt: ports.clock(),
});
