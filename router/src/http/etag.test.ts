import { describe, expect, it } from 'vitest';
import { etagOf, isKnown } from './etag.ts';

describe('an ETag', () => {
  const etag = etagOf('{"data":{"shop":"Atlas"}}');

  it('is the same for the same answer, and another for another', () => {
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(etagOf(Buffer.from('{"data":{"shop":"Atlas"}}'))).toBe(etag);
    expect(etagOf('{"data":{"shop":"Atlaz"}}')).not.toBe(etag);
  });

  it.each([
    ['itself', etag],
    ['itself without the mark of weakness', etag.slice(2)],
    ['a list with it', `"other", ${etag} , W/"third"`],
    ['anything', ' * '],
  ])('is known to a caller that names %s', (_what, header) => expect(isKnown(header, etag)).toBe(true));

  it.each([undefined, '', '"other"', etag.slice(0, -2), etag.replaceAll('"', '')])(
    'is not known to a caller that names %s',
    (header) => expect(isKnown(header, etag)).toBe(false),
  );
});
