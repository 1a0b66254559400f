import type { InboxEvent, InboxStatus } from '@cartograph/kernel/inbox';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import { type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Ports } from '../ports.ts';

export type ReplayProviderEventOutcome =
  | { readonly kind: 'ReplayProviderEventSuccess'; readonly event: InboxEvent }
  | NotFound;

export const listProviderEvents =
  ({ inbox }: Pick<Ports, 'inbox'>) =>
  (status: InboxStatus | null, page: PageRequest): Promise<Page<InboxEvent>> =>
    inbox.list(status, page);

/** Safe to repeat: what is no dead letter stays as it is. The recovery job applies it within seconds. */
export const replayProviderEvent =
  ({ inbox }: Pick<Ports, 'inbox'>) =>
  async (provider: string, id: string): Promise<ReplayProviderEventOutcome> => {
    await inbox.replay(provider, id);
    const event = await inbox.find(provider, id);
    return event ? { kind: 'ReplayProviderEventSuccess', event } : notFound('event');
  };
