import { randomFillSync } from 'node:crypto';
import type { Id } from '@cartograph/kernel/id';
import { monotonicFactory } from 'ulid';

// Fetched in advance: to ask the system for each character of an id costs more than all else about it.
const bytes = Buffer.alloc(1024);
let used = bytes.length;

function random(): number {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  const byte = bytes[used] ?? 0;
  used += 1;
  return byte / 256;
}

// Monotonic: ids made within one millisecond still sort in the order they were made.
const ulid = monotonicFactory(random);

/** A new opaque id, `Order:01J…`: unguessable (80 random bits) and sorted by time. */
export const newId = <T extends string>(type: T): Id<T> => `${type}:${ulid()}`;
