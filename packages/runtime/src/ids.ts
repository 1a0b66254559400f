import type { Id } from '@cartograph/kernel/id';
import { monotonicFactory } from 'ulid';

// Monotonic: ids made within one millisecond still sort in the order they were made.
const ulid = monotonicFactory();

/** A new opaque id, `Order:01J…`: unguessable (80 random bits) and sorted by time. */
export const newId = <T extends string>(type: T): Id<T> => `${type}:${ulid()}`;
