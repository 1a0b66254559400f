import type { ChangeFeeds } from './change-feeds.ts';

/** Questions that are being answered now: who asks the same meanwhile waits for the same answer. */
export interface InFlight<Answer> {
  share(key: string, begin: () => Promise<Answer>): Promise<Answer>;
  /** A mutation has been answered here: its caller may expect to see it in whatever it asks from now on. */
  mutationEnded(): void;
}

interface Flight<Answer> {
  readonly answer: Promise<Answer>;
  /** What was known to have changed when it began. */
  readonly version: number;
  readonly mutations: number;
}

/** Nobody gets an answer that was begun before a change of which this router knows. */
export function createInFlight<Answer>(feeds: Pick<ChangeFeeds, 'version'>): InFlight<Answer> {
  const flights = new Map<string, Flight<Answer>>();
  let mutations = 0;

  return {
    share(key, begin) {
      const flight = flights.get(key);
      if (flight && flight.version === feeds.version && flight.mutations === mutations) return flight.answer;
      const own: Flight<Answer> = { answer: begin(), version: feeds.version, mutations };
      flights.set(key, own);
      const over = () => {
        if (flights.get(key) === own) flights.delete(key);
      };
      own.answer.then(over, over);
      return own.answer;
    },
    mutationEnded() {
      mutations += 1;
    },
  };
}
