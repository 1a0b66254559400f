import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { compose } from '../../test/federation/compose.ts';
import { readSettings } from '../settings/settings-file.ts';
import { loadSupergraph } from '../supergraph/supergraph.ts';
import { atTurnEnd } from '../turn-end.ts';
import { createKnownOperations } from './known-operations.ts';

it('lets out the answers that wait before an operation is planned', () => {
  const supergraph = loadSupergraph(compose({ books: 'type Query { title: String }' }));
  const seen: string[] = [];
  atTurnEnd({ flush: () => seen.push('an answer') });
  const operations = createKnownOperations(supergraph, readSettings({}), () => {
    seen.push('planning');
    throw new Error('far enough');
  });
  expect(() => operations.get('{ title }', parse('{ title }'), undefined)).toThrow('far enough');
  expect(seen).toEqual(['an answer', 'planning']);
});
