import type { InvalidInput } from '@cartograph/kernel/refusal';

/** One value was refused; its message is a sentence of its own. */
export const invalid = (path: readonly string[], message: string): InvalidInput => ({
  kind: 'InvalidInput',
  message,
  issues: [{ path, message }],
});
