import { stripVTControlCharacters } from 'node:util';
import type { Env } from '@cartograph/runtime/settings';
import { describe, expect, it } from 'vitest';
import { banner } from './banner.ts';

const facts = { url: 'http://127.0.0.1:4000/graphql', seconds: 5, demo: true };
const lines = (env: Env) => stripVTControlCharacters(banner({ ...facts, env })).split('\n');
const row = (env: Env, title: string) => lines(env).find((line) => line.trim().startsWith(title));

describe('the banner of a start', () => {
  it('tells the tokens of the sandbox and the folder of the mails', () => {
    expect(row({}, 'Pay with')).toContain('tok_declined');
    expect(row({ DATA_DIR: '/somewhere' }, 'Sent mail')).toMatch(/somewhere\/messages\/$/);
  });

  it('tells no token and no folder that real providers do not have', () => {
    expect(row({ PAYMENT_PROVIDERS: 'stripe,adyen' }, 'Pay with')).toMatch(/forms of stripe, adyen give/);
    expect(row({ PAYMENT_PROVIDERS: 'stripe,sandbox' }, 'Pay with')).toContain('tok_declined');
    expect(row({ MAILERS: 'sendgrid,smtp' }, 'Sent mail')).toMatch(/by sendgrid, smtp$/);
    expect(row({ SMTP_URL: 'smtp://127.0.0.1:25' }, 'Sent mail')).toMatch(/by smtp$/);
  });

  it('names neither people nor tokens of a demo that was not loaded', () => {
    const empty = stripVTControlCharacters(banner({ ...facts, demo: false, env: {} }));
    expect(empty).not.toMatch(/demo-password|tok_/);
  });
});
