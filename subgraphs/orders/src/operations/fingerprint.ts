import { createHash } from 'node:crypto';

/** Tells whether a repeated key comes with the same input. */
export const fingerprintOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url');
