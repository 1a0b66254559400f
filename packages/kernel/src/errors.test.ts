import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CodedError, codeOf, ERROR_CODES, reasonOf, Unavailable } from './errors.ts';

it('the reason of an error names the neighbour that gave no answer, which its message keeps to itself', () => {
  const lost = new Unavailable('payments', { cause: new Error('connect ECONNREFUSED') });
  expect(reasonOf(lost)).toBe('payments gave no answer: connect ECONNREFUSED');
  expect(lost.message).not.toContain('payments');
  expect([new Unavailable('stock'), new Error('a defect'), 'thrown', null].map(reasonOf)).toEqual([
    'stock gave no answer.',
    'a defect',
    'thrown',
    'null',
  ]);
});

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
