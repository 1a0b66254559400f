import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { cacheControlOf } from './cache-headers.ts';

const shared = { maxAge: 60, scope: 'PUBLIC' } as const;

describe('the answer to a GET', () => {
  it('that everybody sees alike may be kept by everybody', () => {
    expect(cacheControlOf({ viewer: ANONYMOUS, policy: shared, failed: false })).toBe('public, max-age=60');
  });

  it('that is marked private may be kept by its caller', () => {
    const policy = { maxAge: 30, scope: 'PRIVATE' } as const;
    expect(cacheControlOf({ viewer: ANONYMOUS, policy, failed: false })).toBe('private, max-age=30');
  });

  it('lives as long as the router has not had it already', () => {
    const answer = { viewer: ANONYMOUS, policy: shared, failed: false };
    expect(cacheControlOf({ ...answer, age: 12.4 })).toBe('public, max-age=47');
    expect(cacheControlOf({ ...answer, age: 59.5 })).toBe('no-cache');
    expect(cacheControlOf({ ...answer, age: -5 })).toBe('public, max-age=60');
    expect(cacheControlOf({ ...answer, age: 80 })).toBe('no-cache');
  });

  it('without a policy is asked about each time', () => {
    expect(cacheControlOf({ viewer: ANONYMOUS, policy: null, failed: false })).toBe('no-cache');
  });

  it.each([
    { viewer: ANONYMOUS, policy: shared, failed: true },
    { viewer: { kind: 'guest', guestId: 'g' }, policy: shared, failed: false },
    { viewer: { kind: 'customer', customerId: 'c' }, policy: shared, failed: false },
    { viewer: { kind: 'staff', staffId: 's', roles: ['ADMIN'] }, policy: shared, failed: false },
  ] as const)('with an error, or to somebody signed in, is never kept: %j', (answer) => {
    expect(cacheControlOf(answer)).toBe('no-store');
  });
});
