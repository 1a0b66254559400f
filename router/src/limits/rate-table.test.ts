import { describe, expect, it } from 'vitest';
import { RateTable } from './rate-table.ts';

/** 60 a minute are one a second; 3 may come at once. */
const table = (capacity = 1_000) => new RateTable('test', { requests: 60, per: 60_000, burst: 3 }, capacity);
const takes = (rates: RateTable, id: string, at: number, times: number) =>
  Array.from({ length: times }, () => rates.take(id, at));

describe('a rate', () => {
  it('lets a burst pass, then one request per interval, and says how long to wait', () => {
    const rates = table();
    expect(takes(rates, 'ada', 0, 5)).toEqual([0, 0, 0, 1_000, 1_000]);
    expect(rates.take('ada', 400)).toBe(600);
    expect(rates.take('ada', 1_000)).toBe(0);
    expect(rates.take('ada', 1_000)).toBe(1_000);
    expect(takes(rates, 'ada', 60_000, 4)).toEqual([0, 0, 0, 1_000]);
  });

  it('counts no request that it refused', () => {
    const rates = table();
    takes(rates, 'ada', 0, 1_000);
    expect(rates.take('ada', 1_000)).toBe(0);
  });

  it('counts each client alone', () => {
    const rates = table();
    takes(rates, 'ada', 0, 3);
    expect(rates.take('bob', 0)).toBe(0);
    expect(rates.take('ada', 0)).toBeGreaterThan(0);
  });

  it('takes several at once or none, and never more than a burst', () => {
    const rates = table();
    expect(rates.take('ada', 0, 2)).toBe(0);
    expect(rates.take('ada', 0, 2)).toBe(1_000);
    expect(rates.take('ada', 0, 1)).toBe(0);
    expect(rates.take('eve', 0, 4)).toBe(Number.POSITIVE_INFINITY);
    expect(rates.take('eve', 0, 3)).toBe(0);
  });

  it('can be asked without counting', () => {
    const rates = table();
    expect([rates.wait('ada', 0), rates.wait('ada', 0), rates.size]).toEqual([0, 0, 0]);
    takes(rates, 'ada', 0, 3);
    expect([rates.wait('ada', 0), rates.wait('ada', 700)]).toEqual([1_000, 300]);
  });

  it('holds over any hour, however the requests are spread', () => {
    const rates = table();
    let passed = 0;
    for (let at = 0; at < 3_600_000; at += 37) if (rates.take('ada', at) === 0) passed += 1;
    expect(passed).toBeGreaterThan(3_590);
    expect(passed).toBeLessThanOrEqual(3_603);
  });
});

describe('a full table', () => {
  it('stays as large as it may be, and forgets nobody who is in debt for a flood of newcomers', () => {
    const rates = table(500);
    takes(rates, 'eve', 0, 3);
    for (let index = 0; index < 20_000; index += 1) rates.take(`bot ${index}`, index / 100);
    expect(rates.size).toBe(500);
    expect(rates.take('eve', 200)).toBe(800);
  });

  it('forgets whoever has paid, so that it is rarely full', () => {
    const rates = table(500);
    for (let index = 0; index < 20_000; index += 1) rates.take(`visitor ${index}`, index * 10);
    expect(rates.size).toBeLessThan(250);
    expect(takes(rates, 'visitor 19999', 19_999 * 10, 3)).toEqual([0, 0, 1_000]);
  });

  it('remembers a long id as well as a short one, in little memory', () => {
    const rates = table();
    const [one, other] = ['x'.repeat(10_000), `${'x'.repeat(9_999)}y`];
    takes(rates, one, 0, 3);
    expect([rates.take(one, 0), rates.take(other, 0)]).toEqual([1_000, 0]);
  });

  it('is counted in about a tenth of a microsecond', () => {
    const rates = new RateTable('fast', { requests: 1e9, per: 1_000, burst: 1e9 }, 100_000);
    const ids = Array.from({ length: 1_000 }, (_, index) => `client ${index}`);
    for (const id of ids) rates.take(id, 0);
    const started = performance.now();
    for (let round = 0; round < 100; round += 1) for (const id of ids) rates.take(id, round);
    // In microseconds; far more than is seen, as other tests run beside.
    expect((performance.now() - started) / 100).toBeLessThan(10);
  });
});

describe('what is told between routers', () => {
  it('is each client once, with what it did since the last time', () => {
    const rates = table();
    const news: string[] = [];
    rates.onNews = (_table, key) => news.push(key);
    takes(rates, 'ada', 0, 2);
    rates.take('bob', 0);
    expect(news).toEqual(['ada', 'bob']);
    expect(rates.collect('ada', 500)).toEqual({ times: 2, debt: 1_500 });
    expect(rates.collect('ada', 500)).toEqual({ times: 0, debt: 1_500 });
    expect(rates.collect('nobody', 500)).toBeNull();
    rates.take('ada', 500);
    expect(news).toEqual(['ada', 'bob', 'ada']);
  });

  it('makes a client wait for what it did elsewhere, and never shortens its wait', () => {
    const rates = table();
    rates.take('ada', 0);
    rates.collect('ada', 0);
    rates.take('ada', 0);
    rates.learn('ada', 2_000, 0);
    expect(rates.take('ada', 0)).toBe(1_000);
    rates.learn('ada', 0, 0);
    expect(rates.take('ada', 0)).toBe(1_000);
    rates.learn('nobody', 9_000, 0);
    expect(rates.take('nobody', 0)).toBe(0);
  });
});
