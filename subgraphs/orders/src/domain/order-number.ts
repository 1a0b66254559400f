/** Crockford's base 32: no I, L, O and U, so that a number survives the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters out of eight random bytes: a thousand billion numbers, of which no two tell which came first. */
export const toOrderNumber = (random: Uint8Array): string =>
  Array.from(random.subarray(0, 8), (byte) => ALPHABET[byte % 32]).join('');

/** A number as somebody types it: any case, with blanks and dashes, O for 0, I or L for 1. */
export const readOrderNumber = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
