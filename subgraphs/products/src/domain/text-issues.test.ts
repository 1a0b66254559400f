import { expect, it } from 'vitest';
import { textIssues } from './text-issues.ts';

it('a text for the ledger is neither empty, nor endless, nor made to break a terminal', () => {
  for (const bad of ['', '   ', 'x'.repeat(201), 'a\u001b[2Jb', 'a\u0000b', 'a\ud800b'])
    expect(textIssues('reason', bad)).toHaveLength(1);
  expect(textIssues('reason', 'Bruch beim Ausladen')).toEqual([]);
});
