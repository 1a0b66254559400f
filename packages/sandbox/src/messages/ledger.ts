import { createHash, randomUUID } from 'node:crypto';
import { openJournal } from '../journal.ts';
import type { DeliveryStatus, Entry, Message, MessageRequest } from './message.ts';

export interface Ledger extends Disposable {
  readonly messages: readonly Message[];
  find(id: string): Message | undefined;
  findByKey(key: string): Message | undefined;
  statusOf(id: string): DeliveryStatus | 'accepted';
  accept(message: Message): void;
  /** Notes how a message ended, once; gives the id of the event that tells of it. */
  settle(messageId: string, status: DeliveryStatus): string;
  /** Notes that this event has been heard. */
  told(eventId: string): void;
  /** Taken since then, and how it ended has not been heard. */
  untold(since: Date): readonly Message[];
}

/** What this provider has taken and how it ended, also after `kill -9` when it has a path. */
export function openLedger(path?: string): Ledger {
  const journal = openJournal<Entry>(path);
  const messages: Message[] = [];
  const byId = new Map<string, Message>();
  const byKey = new Map<string, Message>();
  const ends = new Map<string, { status: DeliveryStatus; eventId: string }>();
  const told = new Set<string>();
  const apply = (entry: Entry) => {
    if (entry.kind === 'told') return void told.add(entry.eventId);
    if (entry.kind === 'delivery') return void ends.set(entry.messageId, entry);
    messages.push(entry.message);
    byId.set(entry.message.id, entry.message);
    byKey.set(entry.message.key, entry.message);
  };
  for (const entry of journal.entries) apply(entry);
  const append = (entry: Entry) => {
    journal.append(entry);
    apply(entry);
  };
  return {
    messages,
    find: (id) => byId.get(id),
    findByKey: (key) => byKey.get(key),
    statusOf: (id) => ends.get(id)?.status ?? 'accepted',
    accept: (message) => append({ kind: 'message', message }),
    settle(messageId, status) {
      const known = ends.get(messageId);
      if (known) return known.eventId;
      const eventId = `evt_${randomUUID()}`;
      append({ kind: 'delivery', messageId, status, eventId });
      return eventId;
    },
    told: (eventId) => append({ kind: 'told', eventId }),
    untold(since) {
      const from = since.toISOString();
      return messages.filter(({ id, acceptedAt }) => acceptedAt > from && !told.has(ends.get(id)?.eventId ?? ''));
    },
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}

export const digestOf = (request: MessageRequest): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');
