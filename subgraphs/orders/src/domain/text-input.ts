import { type InputIssue, issue } from './outcome.ts';

/** Collects what is wrong with an input, so that a caller learns everything at once. */
export interface InputReader {
  readonly issues: readonly InputIssue[];
  refuse(path: readonly (string | number)[], message: string): void;
  /** A trimmed text of 1 to `max` characters. */
  text(path: readonly (string | number)[], value: string, max: number): string;
  /** Null for what is left out or blank. */
  optional(path: readonly (string | number)[], value: string | null | undefined, max: number): string | null;
  email(path: readonly (string | number)[], value: string | null | undefined): string | null;
}

export function createInputReader(): InputReader {
  const issues: InputIssue[] = [];
  const refuse = (path: readonly (string | number)[], message: string) => {
    issues.push(issue(path, message));
  };
  const text = (path: readonly (string | number)[], value: string, max: number) => {
    const trimmed = value.trim();
    if (trimmed.length < 1 || trimmed.length > max) refuse(path, `Write from 1 to ${max} characters.`);
    // NUL and halves of surrogate pairs cannot be stored, the others break mails and labels. Line breaks and tabs are text.
    if (/[\p{Cc}\p{Cs}]/u.test(trimmed.replace(/[\n\r\t]/g, ''))) refuse(path, 'Leave out control characters.');
    return trimmed;
  };
  const optional: InputReader['optional'] = (path, value, max) => (value?.trim() ? text(path, value, max) : null);
  return {
    issues,
    refuse,
    text,
    optional,
    email(path, value) {
      const email = optional(path, value, 254);
      if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
        refuse(path, 'Write an e-mail address like ada@example.com.');
      return email;
    },
  };
}
