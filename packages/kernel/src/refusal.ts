/** Refusals that every subgraph knows. `kind` names the GraphQL type. */
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

export const invalidInput = (issues: readonly InputIssue[]): InvalidInput => ({
  kind: 'InvalidInput',
  message: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
  issues,
});

export const notFound = (what: string): NotFound => ({ kind: 'NotFound', message: `There is no such ${what}.` });
