import type { InputIssue } from '@cartograph/kernel/refusal';

const MAX_TEXT = 200;

/** The issues of a text that must be there, be short, and hold no control characters. */
export function textIssues(path: string | readonly string[], text: string, max = MAX_TEXT): readonly InputIssue[] {
  const where = typeof path === 'string' ? [path] : path;
  if (text.trim().length < 1 || text.length > max)
    return [{ path: where, message: `It must have from 1 to ${max} characters.` }];
  return /[\p{Cc}\p{Cs}]/u.test(text) ? [{ path: where, message: 'It must not contain control characters.' }] : [];
}

/** The same of a text that may be left out. */
export const optionalTextIssues = (
  path: string | readonly string[],
  text: string | null | undefined,
): readonly InputIssue[] => (text == null ? [] : textIssues(path, text));
