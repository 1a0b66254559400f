import type { InputIssue } from '@cartograph/kernel/refusal';

/** A text's issue, if it has one: its length, or characters that break labels and logs. */
export function textIssue(
  path: readonly string[],
  value: string,
  { min = 1, max }: { readonly min?: number; readonly max: number },
): InputIssue[] {
  const { length } = value.trim();
  if (length < min || length > max) return [{ path, message: `Must have from ${min} to ${max} characters.` }];
  return /[\p{Cc}\p{Cs}]/u.test(value.replace(/[\n\t]/g, ''))
    ? [{ path, message: 'Must not have control characters.' }]
    : [];
}
