import { brotliCompress, brotliCompressSync, gzip, gzipSync, constants as zlib } from 'node:zlib';
import type { CompressionSettings } from '../settings/compression.ts';

/** Never zstd: browsers send it to pages, and no client library asks a GraphQL server for it. */
export type Encoding = 'br' | 'gzip';

export interface Compression {
  /** How an answer of so many bytes goes to whoever sent this `accept-encoding`; null: as it is. */
  encodingFor(acceptEncoding: string | undefined, bytes: number): Encoding | null;
  /** A promise for what would hold up everybody else. */
  compress(body: Buffer, encoding: Encoding): Buffer | Promise<Buffer>;
  /** The same for a text that belongs to `owner`, which is compressed once as long as the owner lives. */
  compressOnce(owner: object, text: string, encoding: Encoding): Buffer | Promise<Buffer>;
}

/**
 * Measured on JSON of a shop: up to this size a compressor takes 10 to 40 microseconds, and to hand it to another thread
 * costs 60 alone. Above it, the thread wins.
 */
const AT_ONCE_BYTES = 16 * 1024;

/** The lowest levels that pay: twice the time of these saves a tenth of the bytes. */
const GZIP = { level: 1 };
const brotli = (bytes: number) => ({
  params: {
    [zlib.BROTLI_PARAM_QUALITY]: 2,
    [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT,
    [zlib.BROTLI_PARAM_SIZE_HINT]: bytes,
  },
});

export function createCompression({ enabled, threshold }: CompressionSettings): Compression {
  const once = {
    br: new WeakMap<object, Buffer | Promise<Buffer>>(),
    gzip: new WeakMap<object, Buffer | Promise<Buffer>>(),
  };

  function compress(body: Buffer, encoding: Encoding): Buffer | Promise<Buffer> {
    if (body.length > AT_ONCE_BYTES) return compressElsewhere(body, encoding);
    return encoding === 'br' ? brotliCompressSync(body, brotli(body.length)) : gzipSync(body, GZIP);
  }

  return {
    encodingFor: (acceptEncoding, bytes) =>
      enabled && bytes >= threshold && acceptEncoding !== undefined ? negotiateEncoding(acceptEncoding) : null,
    compress,
    compressOnce(owner, text, encoding) {
      const done = once[encoding].get(owner);
      if (done) return done;
      const compressed = compress(Buffer.from(text), encoding);
      once[encoding].set(owner, compressed);
      return compressed;
    },
  };
}

function compressElsewhere(body: Buffer, encoding: Encoding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Buffer) => (error ? reject(error) : resolve(result));
    if (encoding === 'br') brotliCompress(body, brotli(body.length), done);
    else gzip(body, GZIP, done);
  });
}

/** A handful of clients send a handful of headers; what is longer, or beyond these, is read anew each time. */
const MAX_REMEMBERED = 256;
const MAX_REMEMBERED_LENGTH = 256;
const remembered = new Map<string, Encoding | null>();

export function negotiateEncoding(acceptEncoding: string): Encoding | null {
  const known = remembered.get(acceptEncoding);
  if (known !== undefined) return known;
  const chosen = choose(acceptEncoding);
  if (acceptEncoding.length <= MAX_REMEMBERED_LENGTH && remembered.size < MAX_REMEMBERED)
    remembered.set(acceptEncoding, chosen);
  return chosen;
}

function choose(acceptEncoding: string): Encoding | null {
  const weights = new Map<string, number>();
  for (const text of acceptEncoding.split(',')) {
    const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const weight = q === undefined ? 1 : Number(q.replace(/^q\s*=\s*/, ''));
    if (weight >= 0 && weight <= 1) weights.set(name === 'x-gzip' ? 'gzip' : name, weight);
  }
  const weightOf = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0;
  const [br, gz] = [weightOf('br'), weightOf('gzip')];
  // Somebody who would rather have it as it is says so with a weight.
  if (Math.max(br, gz) === 0 || Math.max(br, gz) < (weights.get('identity') ?? 0)) return null;
  return br >= gz ? 'br' : 'gzip';
}
