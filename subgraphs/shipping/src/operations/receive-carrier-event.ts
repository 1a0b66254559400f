import type { InboxEvent, InboxStatus, NewInboxEvent } from '@cartograph/kernel/inbox';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import { type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { CarrierMessage, Ports } from '../ports.ts';
import { receiveTracking } from './receive-tracking.ts';

type Used = Pick<Ports, 'inbox' | 'tracking' | 'carriers' | 'clock'>;

const BATCH = 20;
const KEEP_MS = 30 * 86_400_000;

/**
 * A verified event of a carrier: stored once, then applied once. True when nothing of it is left to do; what cannot be
 * applied now is tried again by `applyCarrierEvents`.
 */
export const receiveCarrierEvent =
  (ports: Used) =>
  async (carrier: string, payload: { readonly id: string; readonly type: string }): Promise<boolean> => {
    const event = { provider: carrier, id: payload.id, type: payload.type, payload };
    const messages = ports.carriers.get(carrier)?.readEvent(payload) ?? [];
    const [message] = messages;
    if (message && messages.length === 1) return receiveMessage(ports, event, message);
    const isNews = await ports.inbox.store(event, messages.length > 0 ? 'to-apply' : 'to-ignore');
    return isNews ? ports.inbox.apply(event, applyEvent(ports)) : true;
  };

/** What nearly all of them are: how the shipment stands is looked up as it is stored, and that it is applied, noted with it. */
async function receiveMessage(
  { inbox, tracking, clock }: Used,
  event: NewInboxEvent,
  message: CarrierMessage,
): Promise<boolean> {
  const stored = await tracking.storeEvent(event, message);
  if (!stored) return true;
  return inbox.apply(event, async ({ provider }) => {
    await tracking.receive(provider, message, clock(), stored);
    return 'noted';
  });
}

/** Takes up events that could not be applied, or whose process died after storing them. */
export const applyCarrierEvents = (ports: Used) => async (): Promise<void> => {
  for (const event of await ports.inbox.takeDue(BATCH)) await ports.inbox.apply(event, applyEvent(ports));
  await ports.inbox.forget(new Date(ports.clock().getTime() - KEEP_MS));
};

const applyEvent =
  (ports: Used) =>
  async ({ provider, payload }: NewInboxEvent): Promise<void> => {
    for (const message of ports.carriers.get(provider)?.readEvent(payload) ?? [])
      await receiveTracking(ports)(provider, message);
  };

export type ReplayCarrierEventOutcome =
  | { readonly kind: 'ReplayCarrierEventSuccess'; readonly event: InboxEvent }
  | NotFound;

export const listCarrierEvents =
  ({ inbox }: Pick<Ports, 'inbox'>) =>
  (status: InboxStatus | null, page: PageRequest): Promise<Page<InboxEvent>> =>
    inbox.list(status, page);

/** Safe to repeat: what is no dead letter stays as it is. A job applies it within seconds. */
export const replayCarrierEvent =
  ({ inbox }: Pick<Ports, 'inbox'>) =>
  async (carrier: string, id: string): Promise<ReplayCarrierEventOutcome> => {
    await inbox.replay(carrier, id);
    const event = await inbox.find(carrier, id);
    return event ? { kind: 'ReplayCarrierEventSuccess', event } : notFound('event');
  };
