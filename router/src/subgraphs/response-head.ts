/** What the peer sent is not HTTP/1.1 as we speak it: the connection cannot be trusted any more. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export interface ResponseHead {
  readonly status: number;
  /** Bytes of the body; `chunked` says its own end, and `until close` ends with the connection. */
  readonly body: number | 'chunked' | 'until close';
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
  /** How long the peer says it keeps an idle connection; null when it does not say. */
  readonly idleSeconds: number | null;
}

/** Reads a status line and its headers, without the empty line that ends them. */
export function readResponseHead(head: string): ResponseHead {
  if (!head.startsWith('HTTP/1.')) throw new ProtocolError('no HTTP/1 status line');
  const status = Number(head.slice(9, 12));
  if (!(status >= 100 && status <= 599) || head[8] !== ' ') throw new ProtocolError('no HTTP status');
  let contentLength: number | null = null;
  let chunked = false;
  let idleSeconds: number | null = null;
  let keepAlive = head[7] === '1';
  let end = lineEnd(head, 0);
  while (end < head.length) {
    const start = end + 2;
    end = lineEnd(head, start);
    const colon = head.indexOf(':', start);
    if (colon <= start || colon > end) throw new ProtocolError('a header line without a name');
    // Only three lengths of name matter here, so that other headers cost no string.
    const length = colon - start;
    if (length !== 10 && length !== 14 && length !== 17) continue;
    const name = head.slice(start, colon).toLowerCase();
    if (name === 'content-length') contentLength = readLength(head.slice(colon + 1, end).trim(), contentLength);
    else if (name === 'transfer-encoding') chunked = readCoding(head.slice(colon + 1, end).trim(), chunked);
    else if (name === 'connection') keepAlive = readConnection(head.slice(colon + 1, end), keepAlive);
    else if (name === 'keep-alive') idleSeconds = readTimeout(head.slice(colon + 1, end));
  }
  // Two answers to where the body ends: the sign of a smuggled response.
  if (chunked && contentLength !== null) throw new ProtocolError('both a length and a coding');
  const empty = status < 200 || status === 204 || status === 304;
  const body = empty ? 0 : chunked ? 'chunked' : (contentLength ?? 'until close');
  return { status, body, keepAlive: keepAlive && body !== 'until close', idleSeconds };
}

function lineEnd(head: string, start: number): number {
  const end = head.indexOf('\r\n', start);
  return end < 0 ? head.length : end;
}

function readLength(value: string, before: number | null): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(length) || (before !== null && before !== length)) throw new ProtocolError('no single length');
  return length;
}

function readCoding(value: string, before: boolean): true {
  if (before || value.toLowerCase() !== 'chunked') throw new ProtocolError('an unknown transfer coding');
  return true;
}

function readConnection(value: string, before: boolean): boolean {
  const tokens = value.toLowerCase();
  if (tokens.includes('close')) return false;
  return before || tokens.includes('keep-alive');
}

function readTimeout(value: string): number | null {
  const seconds = /\btimeout=(\d{1,6})\b/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
