import { describe, expect, it } from 'vitest';
import { MAX_TRIES, nextPause } from './webhook-schedule.ts';

const whole = (random: number): number => {
  let seconds = 0;
  for (let tries = 1; tries < MAX_TRIES; tries += 1) seconds += nextPause(tries, random, null) ?? Number.NaN;
  return seconds / 3600;
};

describe('the pauses between tries', () => {
  it('grow, are spread by chance, and take about a day in all', () => {
    const pauses = Array.from({ length: MAX_TRIES - 1 }, (_, n) => nextPause(n + 1, 0.5, null) ?? 0);
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    expect([whole(0), whole(0.5), whole(1)].map((hours) => hours.toFixed(1))).toEqual(['21.3', '23.7', '26.1']);
  });

  it('end with the last try', () => {
    expect(nextPause(MAX_TRIES, 0.5, null)).toBeNull();
    expect(nextPause(MAX_TRIES + 1, 0.5, 60)).toBeNull();
  });

  it('are as long as the receiver asks, up to six hours', () => {
    expect([nextPause(1, 0.5, 60), nextPause(1, 0.5, 1e9), nextPause(5, 0.5, 60)]).toEqual([60, 21_600, 1800]);
  });
});
