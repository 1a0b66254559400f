import { describe, expect, it } from 'vitest';
import { editDistance, nearestWords, searchTerms } from './search-terms.ts';

const word = (text: string, change: object = {}) => ({ word: text, stem: text, known: true, similar: [], ...change });

describe('editDistance', () => {
  it.each([
    ['snekaers', 'sneakers', 1],
    ['shrit', 'shirt', 1],
    ['jaket', 'jacket', 1],
    ['jackets', 'jacket', 1],
    ['mug', 'mug', 0],
    ['mug', 'rug', 1],
    ['sock', 'boot', 3],
    ['', 'abc', 3],
  ])('from %s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearestWords', () => {
  it('forgives one slip in a short word and two in a long one', () => {
    expect(nearestWords('mgu', ['mug', 'rug'])).toEqual(['mug']);
    expect(nearestWords('bottel', ['bottle', 'battle'])).toEqual(['bottle']);
    expect(nearestWords('wol', ['table', 'lamp'])).toEqual([]);
  });

  it('corrects no numbers', () => {
    expect(nearestWords('2024', ['2025'])).toEqual([]);
  });
});

describe('searchTerms', () => {
  it('asks for all words, each as a beginning or a stem', () => {
    const { tsquery } = searchTerms([word('red'), word('shoes', { stem: 'shoe' })]);
    expect(tsquery).toBe(`('red':* | 'red') & ('shoes':* | 'shoe')`);
  });

  it('lets a mistyped word stand for the nearest ones, and says so', () => {
    const terms = searchTerms([word('shrit', { known: false, similar: ['shirt', 'shore'] })]);
    expect(terms).toEqual({
      tsquery: `('shrit':* | 'shrit' | 'shirt')`,
      corrections: [{ word: 'shrit', replacements: ['shirt'] }],
    });
  });

  it('leaves out words that say nothing, unless there are no others', () => {
    const the = word('the', { stem: null });
    expect(searchTerms([the, word('mug')]).tsquery).toBe(`('mug':* | 'mug')`);
    expect(searchTerms([the]).tsquery).toBe(`('the':* | 'the')`);
    expect(searchTerms([]).tsquery).toBeNull();
  });

  it('quotes what would be an operator', () => {
    expect(searchTerms([word(`a'b\\`)]).tsquery).toBe(`('a''b\\\\':* | 'a''b\\\\')`);
  });
});
