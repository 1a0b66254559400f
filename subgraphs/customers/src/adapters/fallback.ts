import { notSent, sendFailureOf } from '../domain/send-failure.ts';
import type { Sender } from '../ports/senders.ts';

export interface NamedSender<Message> {
  readonly name: string;
  readonly sender: Sender<Message>;
}

/** What takes longer is better tried again later: by then another process may have taken the message over. */
const WITHIN_MS = 25_000;

/**
 * Asks the first, and the next one only where the one before surely sent nothing. A message that perhaps went out goes to
 * nobody else: two copies are worse than a late one.
 */
export function createFallback<Message>(
  senders: readonly NamedSender<Message>[],
  passedOn: (from: string, to: string, why: Error) => void,
): Sender<Message> {
  async function sendBy(index: number, message: Message, startedAt: number): Promise<string> {
    const current = senders[index];
    if (!current) throw notSent('no sender is configured');
    try {
      return await current.sender.send(message);
    } catch (error) {
      const next = senders[index + 1];
      const isLate = performance.now() - startedAt > WITHIN_MS;
      if (!next || isLate || sendFailureOf(error) !== 'not-sent') throw error;
      passedOn(current.name, next.name, error as Error);
      return sendBy(index + 1, message, startedAt);
    }
  }
  return {
    send: (message) => sendBy(0, message, performance.now()),
    async close() {
      await Promise.all(senders.map(({ sender }) => sender.close?.()));
    },
  };
}
