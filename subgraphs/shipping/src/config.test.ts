import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const needed = {
  ENVELOPE_SECRET: 'e'.repeat(32),
  DATABASE_URL: 'postgresql://127.0.0.1/shop',
  CARRIER_SANDBOX_SECRET: 's'.repeat(32),
};

describe('the carriers of a shop', () => {
  it('are the sandbox where nothing is said', () => {
    expect(Object.keys(readConfig(needed).carriers)).toEqual(['sandbox']);
  });

  it('that nobody has written an adapter for stop the start', () => {
    expect(() => readConfig({ ...needed, CARRIERS: 'sandbox,pigeon' })).toThrow(/^CARRIERS must list some of sandbox/);
  });
});
