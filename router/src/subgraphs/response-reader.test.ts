import { describe, expect, it } from 'vitest';
import { TooLarge } from './gathered-bytes.ts';
import { ProtocolError } from './response-head.ts';
import { ResponseReader } from './response-reader.ts';

const MAX = 200;
const BODY = '{"data":"Å🚢"}';
const lines = (...all: string[]) => all.join('\r\n');
const withLength = (status = 'HTTP/1.1 200 OK', ...headers: string[]) =>
  lines(status, ...headers, `Content-Length: ${Buffer.byteLength(BODY)}`, '', BODY);
const chunked = (...chunks: string[]) => lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', ...chunks);
const CHUNKS = chunked('9;name="v"', '{"data":"', '6', 'Å🚢', '0002', '"}', '0', '', '');

/** Reads it in these pieces, as if each came alone into a buffer that still holds older bytes. */
function read(text: string, cuts: readonly number[] = [], { closed = false } = {}) {
  const bytes = Buffer.from(text);
  const reader = new ResponseReader(MAX);
  const buffer = Buffer.alloc(2_048, 'HTTP/1.1 500 Old\r\n\r\n');
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    bytes.copy(buffer, 5, start, cut);
    const end = reader.take(buffer, 5, 5 + cut - start);
    if (end >= 0) return { ...reader.head, text: reader.text, rest: bytes.subarray(start + end - 5).toString() };
    start = cut;
  }
  return closed && reader.ended() ? { ...reader.head, text: reader.text, rest: '' } : null;
}

describe('a response', () => {
  const whole: [string, string, object][] = [
    ['with its length', withLength(), { status: 200, text: BODY, keepAlive: true, idleSeconds: null }],
    [
      'that says how long it keeps the connection',
      withLength('HTTP/1.1 400 Bad Request', 'Connection: keep-alive', 'Keep-Alive: timeout=72, max=5'),
      { status: 400, keepAlive: true, idleSeconds: 72 },
    ],
    ['that will not be kept', withLength('HTTP/1.1 200 OK', 'connection: Close'), { keepAlive: false }],
    ['of HTTP/1.0', withLength('HTTP/1.0 200 OK'), { text: BODY, keepAlive: false }],
    ['of HTTP/1.0 that is kept', withLength('HTTP/1.0 200 OK', 'Connection: Keep-Alive'), { keepAlive: true }],
    ['in chunks', CHUNKS, { text: BODY, keepAlive: true }],
    ['with trailers', chunked('11', BODY, '0', 'x-checksum: 1', 'x-more: 2', '', ''), { text: BODY }],
    [
      'after an announcement',
      `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${withLength()}`,
      { status: 200, text: BODY },
    ],
    ['without a reason phrase', withLength('HTTP/1.1 200'), { status: 200, text: BODY }],
    ['without a body', lines('HTTP/1.1 204 No Content', 'date: now', '', ''), { status: 204, text: '' }],
    ['with an empty body', lines('HTTP/1.1 200 OK', 'content-length: 0', '', ''), { status: 200, text: '' }],
    [
      'that says its length twice, the same',
      withLength('HTTP/1.1 200 OK', `content-length:${Buffer.byteLength(BODY)}`),
      { text: BODY },
    ],
  ];
  it.each(whole)('%s is read the same however its bytes are cut', (_case, text, expected) => {
    const length = Buffer.byteLength(text);
    expect(read(text)).toMatchObject({ ...expected, rest: '' });
    for (let first = 0; first < length; first += 1)
      for (const second of [first + 1, first + 7, length - 1])
        if (second > first && second < length)
          expect(read(text, [first, second]), `cut at ${first} and ${second}`).toEqual(read(text));
    expect(
      read(
        text,
        Array.from({ length: length - 1 }, (_, at) => at + 1),
      ),
    ).toEqual(read(text));
  });

  it('that ends with its connection is read to there, and is not kept', () => {
    const text = lines('HTTP/1.1 200 OK', '', BODY);
    expect(read(text)).toBeNull();
    for (let cut = 1; cut < Buffer.byteLength(text); cut += 1)
      expect(read(text, [cut], { closed: true })).toMatchObject({ text: BODY, keepAlive: false });
  });

  it('that is cut short is none', () => {
    for (const text of [withLength(), CHUNKS])
      for (let end = 0; end < text.length - 2; end += 1)
        expect(read(text.slice(0, end), [], { closed: true })).toBeNull();
  });

  it('says where it ends when more follows', () => {
    expect(read(`${withLength()}HTTP/1.1 200`)).toMatchObject({ text: BODY, rest: 'HTTP/1.1 200' });
    expect(read(`${CHUNKS}x`, [3])).toMatchObject({ text: BODY, rest: 'x' });
  });

  it('is followed by the next one', () => {
    const reader = new ResponseReader(MAX);
    for (const text of [withLength(), CHUNKS, withLength()]) {
      const bytes = Buffer.from(text);
      expect(reader.begun).toBe(false);
      expect(reader.take(bytes, 0, 20)).toBe(-1);
      expect(reader.begun).toBe(true);
      expect(reader.take(bytes, 20, bytes.length)).toBe(bytes.length);
      expect(reader.text).toBe(BODY);
      reader.reset();
    }
  });
});

describe('what is no response', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['HTTP/2', withLength('HTTP/2 200')],
    ['no status', withLength('HTTP/1.1 OK')],
    ['an impossible status', withLength('HTTP/1.1 099 No')],
    ['an upgrade', lines('HTTP/1.1 101 Switching Protocols', 'upgrade: h2c', '', '')],
    ['a header without a name', withLength('HTTP/1.1 200 OK', ': x')],
    ['a header without a colon', withLength('HTTP/1.1 200 OK', 'nonsense')],
    ['two lengths', withLength('HTTP/1.1 200 OK', 'content-length: 3')],
    ['a negative length', lines('HTTP/1.1 200 OK', 'content-length: -1', '', '')],
    ['a length in letters', lines('HTTP/1.1 200 OK', 'content-length: 1e1', '', '')],
    ['a list of lengths', lines('HTTP/1.1 200 OK', 'content-length: 5, 5', '', '')],
    ['a length and chunks', chunked('0', '', '').replace('transfer', 'content-length: 5\r\ntransfer')],
    ['an unknown coding', chunked('0', '', '').replace('chunked', 'gzip, chunked')],
    ['a chunk without a size', chunked('', 'x')],
    ['a chunk of negative size', chunked('-1', 'x')],
    ['a chunk of absurd size', chunked('fffffffff', 'x')],
    ['a chunk longer than its size', chunked('1', 'xyz')],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`],
    ['chunks in endless wrapping', chunked(`1;${'x'.repeat(20_000)}`)],
  ])('%s is refused, whole or byte by byte', (_case, text) => {
    const bytes = Buffer.from(text);
    expect(() => new ResponseReader(MAX).take(bytes, 0, bytes.length)).toThrow(ProtocolError);
    const reader = new ResponseReader(MAX);
    expect(() => {
      for (let at = 0; at < bytes.length; at += 1) reader.take(bytes, at, at + 1);
    }).toThrow(ProtocolError);
  });

  const long = 'x'.repeat(MAX + 1);
  it.each([
    ['with its length', lines('HTTP/1.1 200 OK', `content-length: ${MAX + 1}`, '', '')],
    ['in chunks', chunked('64', 'x'.repeat(100), '65', 'x'.repeat(101))],
    ['to the end of the connection', lines('HTTP/1.1 200 OK', '', long)],
  ])('an answer larger than allowed, %s, is refused as such', (_case, text) => {
    const bytes = Buffer.from(text);
    expect(() => new ResponseReader(MAX).take(bytes, 0, bytes.length)).toThrow(TooLarge);
  });

  it('an answer of just the allowed size is taken', () => {
    const text = lines('HTTP/1.1 200 OK', `content-length: ${MAX}`, '', 'x'.repeat(MAX));
    expect(read(text)?.text).toHaveLength(MAX);
    expect(read(chunked('c8', 'x'.repeat(MAX), '0', '', ''))?.text).toHaveLength(MAX);
  });
});
