import { Refused } from './message.ts';

/** The part of the address before the @ says what goes wrong, so that a test or a person can ask for it. */
export interface Faults {
  /** Before anything is taken. `flaky@…`: 503 for the first two requests of a key. */
  before(to: string, key: string): void;
  /** After the message was taken: `lost@…` gets no answer to its first request, as when a connection breaks. */
  losesAnswer(to: string, key: string): boolean;
}

const FLAKY_REFUSALS = 2;

export function createFaults(): Faults {
  const seen = new Map<string, number>();
  const count = (key: string): number => {
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times;
  };
  return {
    before(to, key) {
      if (to.startsWith('flaky@') && count(`flaky ${key}`) <= FLAKY_REFUSALS)
        throw new Refused(503, 'Try again in a moment.');
    },
    losesAnswer: (to, key) => to.startsWith('lost@') && count(`lost ${key}`) === 1,
  };
}

/** `bounce@…` is nobody's mailbox, and +…0000 nobody's phone. */
export const bounces = (to: string): boolean => to.startsWith('bounce@') || /^\+\d+0000$/.test(to);
