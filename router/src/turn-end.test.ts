import { expect, it } from 'vitest';
import { atTurnEnd } from './turn-end.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('writes in order what waits, when the turn of the event loop ends, and what comes then in the next', async () => {
  const written: string[] = [];
  const later = (name: string, then = () => {}) => ({
    flush() {
      written.push(name);
      then();
    },
  });
  atTurnEnd(later('first', () => atTurnEnd(later('third'))));
  await Promise.resolve().then(() => atTurnEnd(later('second')));
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(['first', 'second']);
  await turn();
  expect(written).toEqual(['first', 'second', 'third']);
});
