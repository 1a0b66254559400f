import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { compositeTypesOf } from './supergraph-document.ts';
import { separateTypes } from './type-paths.ts';

const types = compositeTypesOf(
  parse('interface Held { x: Int } type Poll { x: Int } type Chat implements Held { x: Int }'),
);

it('lets types stand alone in a path, with the interfaces that may be meant', () => {
  expect(separateTypes(['', 'posts', '@|[Chat,Poll]', 'owner'], types)).toEqual([
    'posts',
    '@',
    '|[Chat,Held,Poll]',
    'owner',
  ]);
  expect(separateTypes(['|[Poll]', 'a', 0], types)).toEqual(['|[Poll]', 'a', 0]);
});

it('leaves a path without types as it is', () => {
  expect(separateTypes(['posts', '@', 'owner'], types)).toEqual(['posts', '@', 'owner']);
});
