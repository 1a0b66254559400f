import { ChunkedBody } from './chunked-body.ts';
import { GatheredBytes, TooLarge } from './gathered-bytes.ts';
import { ProtocolError, type ResponseHead, readResponseHead } from './response-head.ts';

const END_OF_HEAD = '\r\n\r\n';
const MAX_HEAD = 16_384;
const FIRST_PIECE = 4_096;

/**
 * Reads one HTTP/1.1 response after another from a connection. Written for what subgraphs send, an answer with its
 * length in one piece, which is decoded in place and never copied; everything else is right too, and slower.
 */
export class ResponseReader {
  readonly #maxBytes: number;
  #head: ResponseHead | null = null;
  /** The start of a head that came in pieces. */
  #headStart: GatheredBytes | null = null;
  #body: GatheredBytes | null = null;
  #chunks: ChunkedBody | null = null;
  #text = '';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether a byte of the response has come. */
  get begun(): boolean {
    return this.#head !== null || this.#headStart !== null;
  }

  get head(): ResponseHead {
    if (!this.#head) throw new ProtocolError('no response');
    return this.#head;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes bytes; gives where the response ended, or -1 while it goes on. Throws `ProtocolError` and `TooLarge`. */
  take(bytes: Buffer, start: number, end: number): number {
    if (this.#head) return this.#takeBody(this.#head, bytes, start, end);
    if (this.#headStart) return this.#takeHeadInPieces(this.#headStart, bytes, start, end);
    const headEnd = bytes.indexOf(END_OF_HEAD, start, 'latin1');
    // The buffer is reused: what lies behind `end` is from an earlier read.
    if (headEnd < 0 || headEnd + 4 > end) {
      this.#headStart = new GatheredBytes(FIRST_PIECE, MAX_HEAD);
      return this.#takeHeadInPieces(this.#headStart, bytes, start, end);
    }
    return this.#begin(bytes.toString('latin1', start, headEnd), bytes, headEnd + 4, end);
  }

  /** The connection has ended: true when that was the end of the response. */
  ended(): boolean {
    if (this.#head?.body !== 'until close') return false;
    this.#text = this.#body?.text() ?? '';
    return true;
  }

  /** Ready for the next response. */
  reset(): void {
    this.#head = null;
    this.#headStart = null;
    this.#body = null;
    this.#chunks = null;
    this.#text = '';
  }

  #takeHeadInPieces(known: GatheredBytes, bytes: Buffer, start: number, end: number): number {
    const before = known.length;
    const stop = Math.min(end, start + MAX_HEAD - before);
    known.add(bytes, start, stop);
    const text = known.latin1();
    const headEnd = text.indexOf(END_OF_HEAD, Math.max(0, before - 3));
    if (headEnd >= 0) {
      this.#headStart = null;
      return this.#begin(text.slice(0, headEnd), bytes, start + headEnd + 4 - before, end);
    }
    if (known.length >= MAX_HEAD) throw new ProtocolError('a head too large');
    return -1;
  }

  #begin(text: string, bytes: Buffer, start: number, end: number): number {
    const head = readResponseHead(text);
    if (head.status < 200) {
      if (head.status === 101) throw new ProtocolError('an upgrade that nobody asked for');
      // 100 and 103 announce the response that follows.
      return start < end ? this.take(bytes, start, end) : -1;
    }
    this.#head = head;
    const { body } = head;
    if (typeof body !== 'number') {
      this.#body = new GatheredBytes(FIRST_PIECE, this.#maxBytes);
      if (body === 'chunked') this.#chunks = new ChunkedBody(this.#body);
      return this.#takeBody(head, bytes, start, end);
    }
    if (body > this.#maxBytes) throw new TooLarge(`an answer of ${body} bytes`);
    if (start + body <= end) {
      this.#text = bytes.toString('utf8', start, start + body);
      return start + body;
    }
    this.#body = new GatheredBytes(body, this.#maxBytes);
    return this.#takeBody(head, bytes, start, end);
  }

  #takeBody({ body }: ResponseHead, bytes: Buffer, start: number, end: number): number {
    const gathered = this.#body as GatheredBytes;
    if (this.#chunks) {
      const bodyEnd = this.#chunks.take(bytes, start, end);
      if (bodyEnd >= 0) this.#text = gathered.text();
      return bodyEnd;
    }
    const stop = typeof body === 'number' ? Math.min(end, start + body - gathered.length) : end;
    gathered.add(bytes, start, stop);
    if (gathered.length !== body) return -1;
    this.#text = gathered.text();
    return stop;
  }
}
