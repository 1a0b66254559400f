import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CodedError, codeOf, ERROR_CODES } from './errors.ts';

describe('an error code', () => {
  it('is found wherever the error was wrapped, and never invented', () => {
    expect(codeOf(new CodedError('CONFLICT'))).toBe('CONFLICT');
    expect(codeOf({ originalError: { originalError: new CodedError('FORBIDDEN') } })).toBe('FORBIDDEN');
    expect(codeOf({ extensions: { code: 'BAD_USER_INPUT' } })).toBe('BAD_USER_INPUT');
    expect(codeOf(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))).toBeUndefined();
    expect(codeOf({ extensions: { code: 'INTERNAL_SERVER_ERROR' } })).toBeUndefined();
    expect(codeOf(null)).toBeUndefined();
  });

  it('is in docs/errors.md with its meaning, and nothing else is', () => {
    const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(Object.fromEntries(rows)).toEqual(ERROR_CODES);
  });
});
