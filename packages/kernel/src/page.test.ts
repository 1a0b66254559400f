import { describe, expect, it } from 'vitest';
import { encodeCursor, readPage, toConnection, toPage } from './page.ts';

describe('a page', () => {
  it.each([0, -1, 101, 1e9, 2 ** 31, 1.5])('of %d rows is refused, with the limits in words', (first) => {
    expect(() => readPage({ first })).toThrow('"first" must be from 1 to 100');
  });

  it.each(['nonsense', '', encodeCursor([1, 2]), encodeCursor([])])(
    'after the cursor "%s" of another list is refused',
    (after) => {
      expect(() => readPage({ first: 1, after })).toThrow('not a cursor of this list');
    },
  );

  it('knows that there is a next one by one extra row, which it does not show', () => {
    const page = toPage(['a', 'b', 'c'], 2);
    const connection = toConnection(page, null, (row) => [row]);
    expect(connection.nodes).toEqual(['a', 'b']);
    expect(connection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(readPage({ first: 2, after: connection.pageInfo.endCursor })).toEqual({ limit: 2, after: ['b'] });
  });

  it('that is empty has no cursors', () => {
    const { pageInfo } = toConnection(toPage([], 2), ['x'], () => []);
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null });
  });
});
