import type { GatheredBytes } from './gathered-bytes.ts';
import { ProtocolError } from './response-head.ts';

const CR = 13;
const LF = 10;
/** More hexadecimal digits than any size that we would take; extensions and trailers are read over, up to this much. */
const MAX_SIZE_DIGITS = 8;
const MAX_IGNORED = 16_384;

type Step = 'size' | 'extension' | 'data' | 'after data' | 'trailer';

/** Undoes `transfer-encoding: chunked`, however its bytes are cut. */
export class ChunkedBody {
  readonly #into: GatheredBytes;
  #step: Step = 'size';
  #size = 0;
  #digits = 0;
  #left = 0;
  #ignored = 0;
  #trailerLine = 0;

  constructor(into: GatheredBytes) {
    this.#into = into;
  }

  /** Takes bytes; gives where the body ended, or -1 while it goes on. */
  take(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#step === 'data') {
        const stop = Math.min(end, at + this.#left);
        this.#into.add(bytes, at, stop);
        this.#left -= stop - at;
        at = stop;
        if (this.#left === 0) this.#step = 'after data';
      } else if (this.#byte(bytes[at++] as number)) return at;
    }
    return -1;
  }

  /** One byte outside the data; true when it was the last of the body. */
  #byte(byte: number): boolean {
    if (this.#step === 'size') this.#sizeByte(byte);
    else if (this.#step === 'extension') {
      this.#ignore();
      if (byte === LF) this.#begin();
    } else if (this.#step === 'after data') {
      if (byte !== CR && byte !== LF) throw new ProtocolError('a chunk longer than its size');
      if (byte === LF) this.#step = 'size';
    } else return this.#trailerByte(byte);
    return false;
  }

  #sizeByte(byte: number): void {
    const digit = hexadecimal(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > MAX_SIZE_DIGITS) throw new ProtocolError('a chunk too large');
      this.#size = this.#size * 16 + digit;
      return;
    }
    const known = byte === CR || byte === LF || byte === 0x3b || byte === 0x20 || byte === 0x09;
    if (this.#digits === 0 || !known) throw new ProtocolError('no chunk size');
    if (byte === LF) this.#begin();
    else this.#step = 'extension';
  }

  #begin(): void {
    this.#left = this.#size;
    this.#step = this.#size === 0 ? 'trailer' : 'data';
    this.#size = 0;
    this.#digits = 0;
  }

  /** Trailers say nothing that we need; an empty line ends them and the body. */
  #trailerByte(byte: number): boolean {
    this.#ignore();
    if (byte === LF) {
      if (this.#trailerLine === 0) return true;
      this.#trailerLine = 0;
    } else if (byte !== CR) this.#trailerLine += 1;
    return false;
  }

  #ignore(): void {
    this.#ignored += 1;
    if (this.#ignored > MAX_IGNORED) throw new ProtocolError('too much around the chunks');
  }
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
