import { expect, it } from 'vitest';
import { atTurnEnd, writePending } from './turn-end.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

const noting =
  (written: string[]) =>
  (name: string, then = () => {}) => ({
    flush() {
      written.push(name);
      then();
    },
  });

it('writes in order what waits, when the turn of the event loop ends, and what comes then in the next', async () => {
  const written: string[] = [];
  const later = noting(written);
  atTurnEnd(later('first', () => atTurnEnd(later('third'))));
  await Promise.resolve().then(() => atTurnEnd(later('second')));
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(['first', 'second']);
  await turn();
  expect(written).toEqual(['first', 'second', 'third']);
});

it('writes at once what waits, where somebody is about to take long, and the rest when the turn ends', async () => {
  const written: string[] = [];
  const later = noting(written);
  atTurnEnd(later('before'));
  writePending();
  expect(written).toEqual(['before']);
  atTurnEnd(later('after'));
  await turn();
  expect(written).toEqual(['before', 'after']);
});
