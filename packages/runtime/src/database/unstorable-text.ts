import { causesOf } from './causes.ts';

/** NUL in a text, and NUL in JSON. */
const CODES: readonly unknown[] = ['22021', '22P05'];

/**
 * True when PostgreSQL has refused a text because no text can be so: NUL, or half of a surrogate pair in JSON. Programs
 * write neither by themselves, so it came in from outside, in a value that nothing else had to look at.
 */
export const isUnstorableText = (error: unknown): boolean =>
  causesOf(error).some(
    ({ code, detail }) =>
      CODES.includes(code) ||
      // Any other JSON that PostgreSQL cannot read is a defect of ours.
      (code === '22P02' && typeof detail === 'string' && detail.startsWith('Unicode ')),
  );
