import type { Env } from '@cartograph/runtime/settings';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const needed = {
  ENVELOPE_SECRET: 'e'.repeat(32),
  DATABASE_URL: 'postgresql://127.0.0.1/shop',
  CARRIER_SANDBOX_SECRET: 's'.repeat(32),
};

const namesOf = (env: Env) => readConfig(env).carriers.map(({ name }) => name);

describe('the carriers of a shop', () => {
  it('are the sandbox where nothing is said', () => {
    expect(namesOf(needed)).toEqual(['sandbox']);
  });

  it('need their own settings when they are on, and those of others do not matter', () => {
    const easypost = { EASYPOST_API_KEY: 'EZAK0123456789', EASYPOST_WEBHOOK_SECRET: 'a long enough secret' };
    const { CARRIER_SANDBOX_SECRET: _, ...others } = needed;
    const read = (more: object) => namesOf({ ...others, CARRIERS: 'easypost', ...more });
    expect(read(easypost)).toEqual(['easypost']);
    expect(() => read({})).toThrow(/^EASYPOST_API_KEY is not set/);
    const wrong = () => read({ ...easypost, EASYPOST_API_KEY: 'sk_live_0123456789' });
    expect(wrong).toThrow(/^EASYPOST_API_KEY is malformed/);
    expect(wrong).not.toThrow(/sk_live/);
    expect(() => read({ ...easypost, EASYPOST_LABEL_FORMAT: 'GIF' })).toThrow(/^EASYPOST_LABEL_FORMAT/);
  });

  it('may be several, each with what it needs', () => {
    const ups = { UPS_CLIENT_ID: 'c', UPS_CLIENT_SECRET: 's', UPS_ACCOUNT: 'A1B2C3' };
    expect(namesOf({ ...needed, ...ups, CARRIERS: 'ups,sandbox' })).toEqual(['ups', 'sandbox']);
    expect(() => readConfig({ ...needed, ...ups, UPS_ACCOUNT: 'A1B2C3D', CARRIERS: 'ups' })).toThrow(/^UPS_ACCOUNT/);
  });

  it('that nobody has written an adapter for stop the start', () => {
    expect(() => readConfig({ ...needed, CARRIERS: 'sandbox,pigeon' })).toThrow(
      /^CARRIERS must list each provider once, out of easypost, ups, sandbox/,
    );
  });
});
