import { describe, expect, it } from 'vitest';
import { quietUntil, readQuietHours } from './quiet-hours.ts';
import { readWish } from './stop-words.ts';

const hours = readQuietHours('21:00-08:00', 'Asia/Tokyo');
const until = (phone: string, at: string) => {
  if (!hours) throw new Error('no span of time');
  return quietUntil(phone, new Date(at), hours)?.toISOString() ?? null;
};

describe('quiet hours', () => {
  it('are those of the country of the number, summer time included', () => {
    expect(until('+491701234567', '2026-01-15T19:59:59Z')).toBeNull();
    expect(until('+491701234567', '2026-01-15T20:00:00Z')).toBe('2026-01-16T07:00:00.000Z');
    expect(until('+491701234567', '2026-07-15T19:00:30Z')).toBe('2026-07-16T06:00:00.000Z');
    expect(until('+491701234567', '2026-07-15T06:00:00Z')).toBeNull();
    expect(until('+447700900123', '2026-01-15T07:30:00Z')).toBe('2026-01-15T08:00:00.000Z');
    // Where the code is not listed, the shop says which zone counts.
    expect(until('+6801234567', '2026-01-15T12:00:00Z')).toBe('2026-01-15T23:00:00.000Z');
  });

  it('of a country with many zones are over when they are over everywhere', () => {
    // 8:00 in Honolulu is 13:00 in New York, in winter.
    expect(until('+12025550123', '2026-01-15T14:00:00Z')).toBe('2026-01-15T18:00:00.000Z');
    expect(until('+12025550123', '2026-01-15T18:00:00Z')).toBeNull();
  });

  it('may lie within a day, and are refused when they are no span of time', () => {
    const noon = readQuietHours('12:00-14:30', 'UTC');
    expect(noon && quietUntil('+447700900123', new Date('2026-01-15T12:05:00Z'), noon)?.toISOString()).toBe(
      '2026-01-15T14:30:00.000Z',
    );
    for (const text of ['', '24:00-08:00', '9-17', '21:00', '21:60-08:00'])
      expect(readQuietHours(text, 'UTC')).toBeNull();
  });
});

describe('an answer to a message', () => {
  it('is a wish only when it is nothing but the word', () => {
    for (const text of ['STOP', ' stop. ', 'Stopp!', 'Abmelden', 'unsubscribe', 'OPT-OUT'])
      expect(readWish(text)).toBe('stop');
    for (const text of ['START', 'unstop']) expect(readWish(text)).toBe('start');
    for (const text of ['please stop by tomorrow', 'thank you', '', 'Restart', '🛑']) expect(readWish(text)).toBeNull();
  });
});
