import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestRecord } from '../telemetry/request-record.ts';
import { atTurnEnd, type Pending } from '../turn-end.ts';
import type { Compression, Encoding } from './compression.ts';
import { type AnswerType, JSON_UNASKED, statusFor } from './negotiation.ts';
import type { Refused } from './refused.ts';

/** One request and the answer to it, written once, head and body together. */
export class Exchange implements Pending {
  readonly request: IncomingMessage;
  readonly record = new RequestRecord();
  readonly #response: ServerResponse;
  readonly #compression: Compression;
  /** Names and values in turn, as Node writes them without looking again. */
  readonly #head: string[];
  #body: string | Buffer = '';
  #encoding: BufferEncoding = 'utf8';

  constructor(request: IncomingMessage, response: ServerResponse, compression: Compression, head: readonly string[]) {
    this.request = request;
    this.#response = response;
    this.#compression = compression;
    this.#head = head.slice();
  }

  header(name: string, value: string): void {
    this.#head.push(name, value);
  }

  headers(headers: Readonly<Record<string, string>>): void {
    for (const name in headers) this.#head.push(name, headers[name] as string);
  }

  refuse(refused: Refused, type: AnswerType = JSON_UNASKED): void {
    const { status, code, message, headers, extensions } = refused;
    this.record.refusal = refused;
    this.headers(headers);
    this.header('cache-control', 'no-store');
    const errors = [{ message, extensions: { ...extensions, code } }];
    this.send(statusFor(type, status, errors), type.contentType, `${JSON.stringify({ errors })}\n`);
  }

  empty(status: number): void {
    this.record.status = status;
    this.#response.writeHead(status, this.#head);
    this.#response.end();
  }

  /** `kept` is what a kept answer is remembered by: it is compressed once. */
  send(status: number, contentType: string, text: string, ascii = false, kept?: object): void {
    const accepted = this.request.headers['accept-encoding'];
    const encoding = accepted === undefined ? null : this.#compression.encodingFor(accepted, text.length);
    if (encoding === null) this.sendAsItIs(status, contentType, text, ascii);
    else this.#sendCompressed(status, contentType, text, encoding, kept);
  }

  /** Also to whoever could unpack it. */
  sendAsItIs(status: number, contentType: string, text: string, ascii = false): void {
    this.record.status = status;
    this.#head.push('content-type', contentType);
    // ASCII is copied as it is; anything else has to be measured and encoded.
    if (ascii) this.#write(status, text, text.length, 'latin1');
    else this.#write(status, text, Buffer.byteLength(text));
  }

  #sendCompressed(status: number, contentType: string, text: string, encoding: Encoding, kept?: object): void {
    this.record.status = status;
    const compressed = kept
      ? this.#compression.compressOnce(kept, text, encoding)
      : this.#compression.compress(Buffer.from(text), encoding);
    this.#head.push('content-type', contentType, 'content-encoding', encoding, 'vary', 'accept-encoding');
    if (Buffer.isBuffer(compressed)) this.#write(status, compressed, compressed.length);
    else
      compressed.then(
        (body) => this.#write(status, body, body.length),
        () => this.#response.destroy(),
      );
  }

  #write(status: number, body: string | Buffer, length: number, encoding: BufferEncoding = 'utf8'): void {
    this.#head.push('content-length', String(length));
    this.#response.writeHead(status, this.#head);
    this.#body = body;
    this.#encoding = encoding;
    atTurnEnd(this);
  }

  /**
   * Head and text go out in one piece. `end` alone would hold both back until it has added an empty piece, and send them as
   * several: a tenth of what a light query costs.
   */
  flush(): void {
    const response = this.#response;
    response.write(this.#body, this.#encoding);
    response.socket?.uncork();
    response.end();
  }

  /** Something failed after all was said that could be. */
  fail(): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.refuse(DEFECT);
  }
}

const DEFECT: Refused = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong on our side.',
  headers: {},
};
