import type { Answer } from './check.ts';

interface Kept {
  readonly fingerprint: string;
  readonly answer: Promise<Answer>;
}

/** Idempotency as providers have it: one key has one effect and one answer, also for who asks meanwhile. */
export function createOncePerKey(conflict: (key: string) => Answer) {
  const kept = new Map<string, Kept>();
  return (key: string | undefined, fingerprint: string, make: () => Answer | Promise<Answer>): Promise<Answer> => {
    if (!key) return Promise.resolve(make());
    const earlier = kept.get(key);
    if (earlier) return earlier.fingerprint === fingerprint ? earlier.answer : Promise.resolve(conflict(key));
    const answer = Promise.resolve(make());
    kept.set(key, { fingerprint, answer });
    return answer;
  };
}
