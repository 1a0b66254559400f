import { z } from 'zod';

interface Bounds {
  readonly min?: string;
  readonly max?: string;
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = { B: 1, kB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 } as const;

/** A length of time, written `250ms`, `5s`, `2m`, `1h`, `7d`; read as milliseconds. */
export const duration = (fallback: string, bounds: Bounds = {}) =>
  quantity('a duration such as 250ms, 5s or 2m', MILLISECONDS, { min: '1ms', ...bounds }).prefault(fallback);

/** An amount of memory, written `512B`, `256kB`, `16MB`, `1GB` (1 kB is 1,024 B); read as bytes. */
export const size = (fallback: string, bounds: Bounds = {}) =>
  quantity('a size such as 512B, 256kB or 16MB', BYTES, { min: '1B', ...bounds }).prefault(fallback);

/** How many: a whole number. */
export function count(fallback: number, { min = 0, max = 1_000_000_000 } = {}) {
  const allowed = `must be a whole number from ${min} to ${max}`;
  return z.int({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed }).prefault(fallback);
}

/** A number that need not be whole, such as a share from 0 to 1. */
export function number(fallback: number, { min = 0, max = 1_000_000_000 } = {}) {
  const allowed = `must be a number from ${min} to ${max}`;
  return z.number({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed }).prefault(fallback);
}

export const flag = (fallback: boolean) => z.boolean({ error: 'must be true or false' }).prefault(fallback);

export const choice = <const Words extends readonly [string, ...string[]]>(words: Words, fallback: Words[number]) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` }).prefault(fallback as never);

export const text = (fallback: string, allowed = 'a text') =>
  z.string({ error: `must be ${allowed}` }).prefault(fallback);

/** A list of texts, empty unless the file says otherwise. */
export const texts = (allowed = 'texts') => {
  const error = `must be a list of ${allowed}`;
  return z.array(z.string({ error }), { error }).prefault([]);
};

type Shape = z.core.$ZodLooseShape;
/** A group of keys. One that is not written, or is written and left empty, takes all its defaults. */
export const section = <Keys extends Shape>(keys: Keys) => z.preprocess((value) => value ?? {}, strict(keys));

const strict = <Keys extends Shape>(keys: Keys) =>
  z.strictObject(keys, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no setting "${(issue.keys as string[]).join('", "')}". Known here: ${Object.keys(keys).join(', ')}`
        : `must be a group of settings: ${Object.keys(keys).join(', ')}`,
  });

function quantity(allowed: string, units: Readonly<Record<string, number>>, { min, max }: Bounds) {
  const range = `${min ? ` from ${min}` : ''}${max ? ` to ${max}` : ''}`;
  const error = `must be ${allowed}${range && `,${range}`}`;
  const least = min === undefined ? 0 : (read(min, units) ?? 0);
  const most = max === undefined ? Number.POSITIVE_INFINITY : (read(max, units) ?? 0);
  return z.string({ error }).transform((written, context) => {
    const value = read(written, units);
    if (value !== null && value >= least && value <= most) return value;
    context.addIssue({ code: 'custom', message: error, input: written });
    return z.NEVER;
  });
}

function read(written: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s?([a-zA-Z]{1,2})$/.exec(written) ?? [];
  const one = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return one === undefined ? null : Math.round(Number(digits) * one);
}
