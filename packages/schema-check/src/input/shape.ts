// Reads values of unknown shape out of YAML and JSON; what does not fit is bad input with its place.
import { BadInput } from '../bad-input.ts';

export type Fields = Record<string, unknown>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** With `known`, a key outside of it is refused: a typing mistake must not silently switch a check off. */
export function record(value: unknown, place: string, known?: readonly string[]): Fields {
  if (!isRecord(value)) throw new BadInput('a mapping was expected', place);
  const odd = known && Object.keys(value).find((key) => !known.includes(key));
  if (odd) throw new BadInput(`unknown key "${odd}"; known are ${known.join(', ')}`, place);
  return value;
}

export function list(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new BadInput('a list was expected', place);
  return value;
}

export function text(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw new BadInput('a text was expected', place);
  return value;
}

export function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BadInput('a number was expected', place);
  return value;
}

export const strings = (value: unknown, place: string): readonly string[] =>
  list(value, place).map((entry) => text(entry, place));

export function oneOf<const T extends string>(value: unknown, options: readonly T[], place: string): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw new BadInput(`"${String(value)}" is none of ${options.join(', ')}`, place);
  return found;
}

export function map<T>(
  value: unknown,
  place: string,
  read: (value: unknown, place: string) => T,
): ReadonlyMap<string, T> {
  const entries = value === undefined || value === null ? [] : Object.entries(record(value, place));
  return new Map(entries.map(([key, entry]) => [key, read(entry, `${place}.${key}`)]));
}
