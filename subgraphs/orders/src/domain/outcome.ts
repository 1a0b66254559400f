/** Outcomes that several operations share. `kind` names the GraphQL type. */
export interface InputIssue {
  /** Where the value is inside the input, such as ["lines", "0", "quantity"]. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface InvalidInput {
  readonly kind: 'InvalidInput';
  readonly message: string;
  readonly issues: readonly InputIssue[];
}

export interface NotFound {
  readonly kind: 'NotFound';
  readonly message: string;
}

export const issue = (path: readonly (string | number)[], message: string): InputIssue => ({
  path: path.map(String),
  message,
});

export const invalidInput = (issues: readonly InputIssue[]): InvalidInput => ({
  kind: 'InvalidInput',
  message: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
  issues,
});

export const notFound = (message: string): NotFound => ({ kind: 'NotFound', message });
