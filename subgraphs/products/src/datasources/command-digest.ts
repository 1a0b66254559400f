import { createHash } from 'node:crypto';

/** What a key of staff was used for. The same command has the same digest, however its input was written. */
export const commandDigest = (name: string, input: unknown): string =>
  createHash('sha256')
    .update(`${name} ${JSON.stringify(input, sortKeys)}`)
    .digest('base64url');

const sortKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
