import { describe, expect, it } from 'vitest';
import { createCalendar, estimate } from './calendar.ts';

const berlin = createCalendar({ timeZone: 'Europe/Berlin', cutOffHour: 14, holidays: ['12-25', '2026-06-01'] });

describe('the warehouse calendar', () => {
  it('follows the wall clock through daylight saving', () => {
    expect(berlin(new Date('2026-03-27T15:00:00Z')).orderBefore.toISOString()).toBe('2026-03-30T12:00:00.000Z');
    expect(berlin(new Date('2026-01-05T12:59:00Z')).orderBefore.toISOString()).toBe('2026-01-05T13:00:00.000Z');
  });

  it('knows that it is tomorrow already in the warehouse', () => {
    const tokyo = createCalendar({ timeZone: 'Asia/Tokyo', cutOffHour: 12, holidays: [] });
    expect(tokyo(new Date('2026-03-02T16:00:00Z')).days[0]).toBe('2026-03-03');
  });

  it('closes on yearly and on single holidays', () => {
    expect(berlin(new Date('2026-12-25T08:00:00Z')).days[0]).toBe('2026-12-28');
    expect(berlin(new Date('2026-06-01T08:00:00Z')).days[0]).toBe('2026-06-02');
    expect(berlin(new Date('2027-06-01T08:00:00Z')).days[0]).toBe('2027-06-01');
  });

  it('can promise the longest time that a method may take', () => {
    const { latest } = estimate(berlin(new Date('2026-03-02T09:00:00Z')), 60, 60);
    expect(latest).toMatch(/^2026-05-/);
  });
});
