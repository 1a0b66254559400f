import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Refused } from './refused.ts';

const tooLarge = (limit: number): Refused => ({
  status: 413,
  code: 'BAD_REQUEST',
  message: `The request body has more than the ${limit} bytes that are read.`,
  // What is still on its way is not read to its end.
  headers: { connection: 'close' },
});
const NOT_UTF8: Refused = { status: 400, code: 'BAD_REQUEST', message: 'The request body is not UTF-8.', headers: {} };

/** Reads a body up to a size, as text; undefined where the caller has gone. */
export function readBody(request: IncomingMessage, limit: number): Promise<string | Refused | undefined> {
  const announced = request.headers['content-length'];
  if (announced !== undefined && Number(announced) > limit) return Promise.resolve(tooLarge(limit));
  return new Promise((resolve) => {
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        request.pause();
        resolve(tooLarge(limit));
      } else if (!first) first = chunk;
      else if (more) more.push(chunk);
      else more = [first, chunk];
    });
    request.on('end', () => {
      // Nearly every body comes in one piece.
      const body = more ? Buffer.concat(more, length) : first;
      if (!body) resolve('');
      else resolve(isUtf8(body) ? body.toString() : NOT_UTF8);
    });
    const gone = () => resolve(undefined);
    request.on('error', gone);
    request.on('close', gone);
  });
}
