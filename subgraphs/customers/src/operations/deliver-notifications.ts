import { isId } from '@cartograph/kernel/id';
import { type NotFound, notFound } from '@cartograph/kernel/refusal';
import { type DueNotification, MAX_SEND_ATTEMPTS, type Notification, pauseAfter } from '../domain/notification.ts';
import { sendFailureOf } from '../domain/send-failure.ts';
import { languageOf } from '../domain/template.ts';
import { renderTemplate } from '../domain/templates.ts';
import type { Ports } from '../ports.ts';
import { mayBeSent } from './may-send.ts';
import { after } from './session-tokens.ts';

const BATCH = 20;

/** Sends what is due, again after a pause where it failed. Gives the number of failures, for the log. */
export const deliverNotifications = (ports: Ports) => async (): Promise<readonly Error[]> => {
  const failures: Error[] = [];
  for (;;) {
    const due = await ports.notifications.takeDue(ports.clock(), BATCH);
    await Promise.all(
      due.map(async (notification) => {
        try {
          const leave = await mayBeSent(ports, notification);
          if (leave !== 'now')
            return 'later' in leave
              ? await ports.notifications.postpone(notification.id, leave.later)
              : await ports.notifications.cancel(notification.id, leave.never);
          const providerId = await send(ports, notification);
          await ports.notifications.markSent(notification.id, providerId, ports.clock());
        } catch (error) {
          failures.push(error as Error);
          const failure = sendFailureOf(error);
          const final = failure === 'undeliverable' || notification.attempts >= MAX_SEND_ATTEMPTS;
          const retryAt = final ? null : after(ports.clock(), pauseAfter(notification.attempts, failure));
          await ports.notifications.markFailed(notification.id, (error as Error).message, retryAt);
        }
      }),
    );
    if (due.length < BATCH) return failures;
  }
};

function send(ports: Ports, notification: DueNotification): Promise<string> {
  const { id, template, channel, recipient: to, data, attempts, createdAt } = notification;
  const { subject, text, html, sms } = renderTemplate(template, data, notification.locale, ports.shop);
  const locale = languageOf(notification.locale);
  if (channel === 'SMS')
    return ports.sms.send({ id, to, text: sms ?? '', locale, perhapsSentSince: attempts > 1 ? createdAt : null });
  return ports.mailer.send({ id, to, subject, text, html, locale });
}

export type ResendNotificationOutcome =
  | { readonly kind: 'ResendNotificationSuccess'; readonly notification: Notification }
  | NotFound;

/** One that was given up is tried once more. */
export const resendNotification =
  (ports: Ports) =>
  async (id: string): Promise<ResendNotificationOutcome> => {
    const notification = isId('Notification', id) ? await ports.notifications.resend(id, ports.clock()) : null;
    if (!notification) return notFound('notification');
    ports.wake('messages');
    return { kind: 'ResendNotificationSuccess', notification };
  };

export interface DeliveryReport {
  readonly eventId: string;
  readonly notificationId: string;
  readonly status: 'SENT' | 'DELIVERED' | 'BOUNCED';
}

/** What a provider reports of a message. Each event takes effect once, in any order. */
export const recordDelivery =
  (ports: Ports) =>
  ({ eventId, notificationId, status }: DeliveryReport): Promise<void> =>
    ports.notifications.markDelivery(eventId, notificationId, status, ports.clock());
