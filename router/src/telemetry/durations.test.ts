import { describe, expect, it } from 'vitest';
import { Durations, TOLD_BOUNDS } from './durations.ts';

describe('durations', () => {
  it('reads quantiles at most 9 % off, from microseconds to seconds', () => {
    const durations = new Durations();
    const values = Array.from({ length: 10_000 }, (_, index) => 0.1 * 1.001 ** index);
    for (const value of values) durations.observe(value);
    for (const share of [0.01, 0.5, 0.9, 0.99]) {
      const exact = values[Math.ceil(values.length * share) - 1] as number;
      expect(durations.recentQuantile(share), String(share)).toBeGreaterThan(exact * 0.91);
      expect(durations.recentQuantile(share), String(share)).toBeLessThan(exact * 1.09);
    }
  });

  it('takes what lies beyond its bounds into the first and the last bucket', () => {
    const durations = new Durations();
    for (const ms of [0, 1e-9, 1e9, Number.POSITIVE_INFINITY]) durations.observe(ms);
    const { upTo, count } = durations.cumulative();
    expect(upTo[0]).toBe(2);
    expect(upTo.at(-1)).toBe(2);
    expect(count).toBe(4);
    expect(durations.recentQuantile(1)).toBe(2 ** 15);
  });

  it('counts a duration on a bound as one that took at most that long', () => {
    const durations = new Durations();
    for (const bound of TOLD_BOUNDS) durations.observe(bound);
    expect(durations.cumulative().upTo).toEqual(TOLD_BOUNDS.map((_, index) => index + 1));
  });

  it('forgets after two windows for quantiles, and never for totals', () => {
    const durations = new Durations();
    durations.observe(10);
    durations.rotate();
    durations.observe(20);
    expect(durations.recent()).toEqual({ count: 2, sum: 30 });
    durations.rotate();
    expect(durations.recent()).toEqual({ count: 1, sum: 20 });
    durations.rotate();
    expect(durations.recent()).toEqual({ count: 0, sum: 0 });
    expect(durations.recentQuantile(0.5)).toBeNull();
    expect(durations.cumulative()).toMatchObject({ count: 2, sum: 30 });
  });

  it('reads what several have seen lately as one', () => {
    const [one, other] = [new Durations(), new Durations()];
    one.observe(1);
    other.observe(1_000);
    other.rotate();
    other.observe(1_000);
    const together = Durations.recentOf([one, other]);
    expect(together.recent()).toEqual({ count: 3, sum: 2_001 });
    expect(together.recentQuantile(0.99)).toBeGreaterThan(900);
    expect(one.recent().count).toBe(1);
  });

  it('takes over what another has seen', () => {
    const one = new Durations();
    const other = new Durations();
    other.observe(3);
    other.rotate();
    other.observe(5);
    one.observe(7);
    one.absorb(other);
    expect(one.cumulative()).toMatchObject({ count: 3, sum: 15 });
    expect(one.recent()).toEqual({ count: 1, sum: 7 });
  });
});
