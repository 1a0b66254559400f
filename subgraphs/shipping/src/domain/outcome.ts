/** Outcomes that many mutations share. `kind` is the GraphQL type. */
export interface InputIssue {
  readonly path: readonly string[];
  readonly message: string;
}

export interface InvalidInput {
  readonly kind: 'InvalidInput';
  readonly issues: readonly InputIssue[];
}

export interface NotFound {
  readonly kind: 'NotFound';
  readonly message: string;
}

export const invalidInput = (issues: readonly InputIssue[]): InvalidInput => ({ kind: 'InvalidInput', issues });

export const notFound = (what: string): NotFound => ({ kind: 'NotFound', message: `There is no such ${what}.` });

/** A text's issue, if it has one: its length, or characters that break labels and logs. */
export function textIssue(
  path: readonly string[],
  value: string,
  { min = 1, max }: { readonly min?: number; readonly max: number },
): InputIssue[] {
  const { length } = value.trim();
  if (length < min || length > max) return [{ path, message: `Must have from ${min} to ${max} characters.` }];
  return /\p{Cc}/u.test(value.replace(/[\n\t]/g, '')) ? [{ path, message: 'Must not have control characters.' }] : [];
}
