import { consentNeeded, type DueNotification } from '../domain/notification.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import type { Ports } from '../ports.ts';
import { OURSELVES } from './ourselves.ts';

/** Now, later, or never, with the reason. */
export type Leave = 'now' | { readonly later: Date } | { readonly never: string };

/**
 * Asked right before a message goes, not when it is ordered: consent may be withdrawn in between. Nothing goes by phone, and
 * no advertisement, to somebody who has not agreed.
 */
export async function mayBeSent(ports: Ports, notification: DueNotification): Promise<Leave> {
  const { channel, recipient, customerId } = notification;
  const topic = consentNeeded(notification);
  if (!topic) return 'now';
  if (channel === 'SMS' && (await ports.textReplies.isStopped(recipient)))
    return { never: 'The owner of this number wants no messages.' };
  const decided = customerId ? (await ports.consents.byCustomer(OURSELVES, [customerId])).get(customerId) : [];
  if (!decided?.some((consent) => consent.topic === topic && consent.granted))
    return { never: `The customer has not agreed to this (${topic}).` };
  const later = channel === 'SMS' && ports.quietHours && quietUntil(recipient, ports.clock(), ports.quietHours);
  return later ? { later } : 'now';
}
