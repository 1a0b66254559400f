import { z } from 'zod';
import type { Announcement } from './change-feeds.ts';

const MAX_CHANGES = 1_000;
const MAX_IDS = 10_000;
const MAX_ID_LENGTH = 1_024;

const shape = z.strictObject({
  feed: z.string().min(1).max(256),
  epoch: z.int().nonnegative(),
  sequence: z.int().positive(),
  saidAt: z.number(),
  changed: z
    .array(
      z.strictObject({
        typename: z.string().regex(/^[_A-Za-z]\w{0,255}$/),
        ids: z.array(z.string().max(MAX_ID_LENGTH)).max(MAX_IDS).optional(),
      }),
    )
    .max(MAX_CHANGES),
});

/** Null for what is none. */
export function readAnnouncement(json: string): Announcement | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const { success, data } = shape.safeParse(value);
  return success ? (data as Announcement) : null;
}
