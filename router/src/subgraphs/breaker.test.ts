import { describe, expect, it } from 'vitest';
import { Breaker, type BreakerState, REFUSED } from './breaker.ts';

function open(limit = 5) {
  const turns: BreakerState[] = [];
  return { turns, breaker: new Breaker(limit, (state) => turns.push(state)) };
}
const fail = (breaker: Breaker, count: number, weight = 1) => {
  for (let at = 0; at < count; at += 1) breaker.failed(breaker.admit(), weight);
};

describe('a breaker', () => {
  it('opens after so many failures in a row, and not when a success is among them', () => {
    const { breaker, turns } = open();
    fail(breaker, 4);
    breaker.succeeded(breaker.admit());
    fail(breaker, 4);
    expect(turns).toEqual([]);
    fail(breaker, 1);
    expect(turns).toEqual(['open']);
    expect(breaker.admit()).toBe(REFUSED);
  });

  it('opens after more of the failures that count less', () => {
    const { breaker, turns } = open();
    fail(breaker, 19, 0.25);
    expect(turns).toEqual([]);
    fail(breaker, 1, 0.25);
    expect(turns).toEqual(['open']);
  });

  it('believes nothing about calls from before it turned', () => {
    const { breaker, turns } = open();
    const before = Array.from({ length: 6 }, () => breaker.admit());
    fail(breaker, 5);
    breaker.succeeded(before[0] ?? 0);
    expect(breaker.state).toBe('open');
    breaker.probed();
    for (const epoch of before) breaker.failed(epoch, 1);
    expect(breaker.state).toBe('half-open');
    breaker.succeeded(breaker.admit());
    for (const epoch of before) breaker.failed(epoch, 1);
    expect(turns).toEqual(['open', 'half-open', 'closed']);
  });

  it('lets as many calls try when half-open, and more as they end without a verdict', () => {
    const { breaker } = open(2);
    fail(breaker, 2);
    breaker.probed();
    const epoch = breaker.admit();
    breaker.admit();
    expect(breaker.admits).toBe(false);
    breaker.left(epoch);
    expect(breaker.admits).toBe(true);
    breaker.admit();
    breaker.failed(epoch, 0.25);
    expect(breaker.state).toBe('half-open');
    expect(breaker.admits).toBe(true);
  });

  it('opens again at the first failure of a trial, and then waits for the next probe', () => {
    const { breaker, turns } = open();
    fail(breaker, 5);
    breaker.probed();
    fail(breaker, 1);
    expect(turns).toEqual(['open', 'half-open', 'open']);
    expect(breaker.admits).toBe(false);
  });

  it('takes a probe for an answer only when it is open', () => {
    const { breaker, turns } = open();
    breaker.probed();
    expect(turns).toEqual([]);
    fail(breaker, 4);
    breaker.probed();
    fail(breaker, 1);
    expect(turns).toEqual(['open']);
  });
});
