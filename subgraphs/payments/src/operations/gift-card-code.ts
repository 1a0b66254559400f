import { createHash, randomInt } from 'node:crypto';

/** No vowels and no look-alikes, so that codes spell nothing and are read well. */
const ALPHABET = '23456789BCDFGHJKMNPQRSTVWXZ';

/** 16 characters: 76 random bits, so that guessing and hashing need no more than this. */
export const createCode = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')).join(
    '-',
  );

/** Of a normalised code. The code itself is never stored. */
export const hashCode = (normalised: string): string =>
  createHash('sha256').update(`gift-card:${normalised}`).digest('hex');
