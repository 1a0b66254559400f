export interface InvalidInput {
  readonly kind: 'InvalidInput';
  readonly message: string;
  readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[];
}

export const invalid = (path: readonly string[], message: string): InvalidInput => ({
  kind: 'InvalidInput',
  message,
  issues: [{ path, message }],
});
