/** An answer is larger than this client accepts. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Bytes of an answer that came in pieces, copied out of the read buffer, which the next read overwrites. */
export class GatheredBytes {
  readonly #max: number;
  #buffer: Buffer;
  #length = 0;

  constructor(expected: number, max: number) {
    this.#max = max;
    this.#buffer = Buffer.allocUnsafe(expected);
  }

  get length(): number {
    return this.#length;
  }

  add(from: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#max) throw new TooLarge(`more than ${this.#max} bytes`);
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    from.copy(this.#buffer, this.#length, start, end);
    this.#length = length;
  }

  latin1(): string {
    return this.#buffer.toString('latin1', 0, this.#length);
  }

  text(): string {
    return this.#buffer.toString('utf8', 0, this.#length);
  }
}
