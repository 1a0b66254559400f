import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCompression, type Encoding, negotiateEncoding } from './compression.ts';

const compression = createCompression({ enabled: true, threshold: 1_000 });
const unpack = { br: brotliDecompressSync, gzip: gunzipSync } as const;

describe('the encoding of an answer', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['gzip;q=0.5, identity', null],
    ['gzip;q=0.5, identity;q=0.1', 'gzip'],
    ['identity', null],
    ['deflate', null],
    ['zstd', null],
    ['br;q=0, gzip;q=0', null],
    ['*;q=0', null],
    ['', null],
    ['gzip;q=nonsense', null],
  ])('for "%s" is %s', (header, expected) => expect(negotiateEncoding(header)).toBe(expected));

  it('is none for an answer that fits into a packet, or for a caller that names none', () => {
    expect(compression.encodingFor('br', 999)).toBeNull();
    expect(compression.encodingFor('br', 1_000)).toBe('br');
    expect(compression.encodingFor(undefined, 100_000)).toBeNull();
    expect(createCompression({ enabled: false, threshold: 1 }).encodingFor('br', 100_000)).toBeNull();
  });
});

describe('an answer', () => {
  it.each<Encoding>(['br', 'gzip'])('packed as %s is the same when it is unpacked, at any length', async (encoding) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60_000 }), async (length) => {
        const body = randomBytes(length);
        expect(unpack[encoding](await compression.compress(body, encoding)).equals(body)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('that is large is packed by another thread', () => {
    expect(compression.compress(Buffer.alloc(1_000), 'gzip')).toBeInstanceOf(Buffer);
    expect(compression.compress(Buffer.alloc(100_000), 'gzip')).toBeInstanceOf(Promise);
  });

  it('of a shop becomes less than a fifth', async () => {
    const nodes = Array.from({ length: 40 }, (_, index) => ({
      id: `Product:${index}`,
      title: `Sneaker ${index}`,
      price: { amount: `${index}.95`, currencyCode: 'EUR' },
    }));
    const body = Buffer.from(JSON.stringify({ data: { products: { nodes } } }));
    for (const encoding of ['br', 'gzip'] as const)
      expect((await compression.compress(body, encoding)).length).toBeLessThan(body.length / 5);
  });
});
