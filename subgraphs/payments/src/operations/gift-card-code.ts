import { createHash, createHmac } from 'node:crypto';

/** No vowels and no look-alikes, so that codes spell nothing and are read well. */
const ALPHABET = '23456789BCDFGHJKMNPQRSTVWXZ';

/**
 * 16 characters: 76 bits, so that guessing and hashing need no more than this. Made of the secret and of what the card
 * is named by: a repeated request gets the code that the first one got, and still nobody keeps it.
 */
export const createGiftCardCode =
  (secret: string) =>
  (name: string): string => {
    let bits = BigInt(`0x${createHmac('sha256', secret).update(`gift-card:${name}`).digest('hex')}`);
    const letter = () => {
      const index = Number(bits % BigInt(ALPHABET.length));
      bits /= BigInt(ALPHABET.length);
      return ALPHABET[index];
    };
    return Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join('')).join('-');
  };

/** Of a normalised code. The code itself is never stored. */
export const hashCode = (normalised: string): string =>
  createHash('sha256').update(`gift-card:${normalised}`).digest('hex');
