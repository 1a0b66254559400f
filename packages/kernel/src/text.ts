import { badInput } from './errors.ts';

/** A trimmed text between `min` and `max` characters without control characters, or a clear error. */
export function readText(
  name: string,
  value: string,
  { min = 1, max = 200 }: { min?: number; max?: number } = {},
): string {
  const text = value.trim();
  if (text.length < min || text.length > max) throw badInput(`"${name}" must have from ${min} to ${max} characters.`);
  // NUL and halves of surrogate pairs cannot be stored, the others break mails, labels and logs. Line breaks and tabs are text.
  if (/[\p{Cc}\p{Cs}]/u.test(text.replace(/[\n\t]/g, '')))
    throw badInput(`"${name}" must not contain control characters.`);
  return text;
}
