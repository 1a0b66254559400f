import { describe, expect, it } from 'vitest';
import { judgeRefresh } from './session.ts';

const now = new Date('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const fresh = { usedAt: null, tokenExpiresAt: at(60), sessionExpiresAt: at(60), sessionEndedAt: null };

describe('a refresh token', () => {
  it('is exchanged once, repeated for ten seconds, and then a sign of theft', () => {
    expect(judgeRefresh(fresh, now)).toBe('rotate');
    expect(judgeRefresh({ ...fresh, usedAt: at(-10) }, now)).toBe('repeat');
    expect(judgeRefresh({ ...fresh, usedAt: at(-11) }, now)).toBe('reuse');
    // Also when it had run out meanwhile.
    expect(judgeRefresh({ ...fresh, usedAt: at(-11), tokenExpiresAt: at(-1) }, now)).toBe('reuse');
  });

  it('gets nothing when it or its session is over', () => {
    expect(judgeRefresh({ ...fresh, tokenExpiresAt: now }, now)).toBe('ended');
    expect(judgeRefresh({ ...fresh, sessionExpiresAt: now }, now)).toBe('ended');
    expect(judgeRefresh({ ...fresh, usedAt: at(-1), sessionEndedAt: at(-1) }, now)).toBe('ended');
  });
});
