import type { LimitsSettings } from '../settings/limits.ts';
import { type Refusal, tooLarge } from './refusal.ts';

type Limits = LimitsSettings['document'];

const NAME = 1;
const OPEN = 2;
const CLOSE = 3;
const QUOTE = 4;
const HASH = 5;
const DOT = 6;
const OTHER = 7;

/** What a character begins; 0 is one that stands between tokens. */
const KINDS = new Uint8Array(128).fill(OTHER);
for (const blank of '\t\n\r ,') KINDS[blank.charCodeAt(0)] = 0;
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789-+')
  KINDS[letter.charCodeAt(0)] = NAME;
for (const bracket of '({[') KINDS[bracket.charCodeAt(0)] = OPEN;
for (const bracket of ')}]') KINDS[bracket.charCodeAt(0)] = CLOSE;
KINDS['"'.charCodeAt(0)] = QUOTE;
KINDS['#'.charCodeAt(0)] = HASH;
KINDS['.'.charCodeAt(0)] = DOT;

/**
 * Reads a document's text once, before it is parsed: the parser calls itself for every bracket, and a few thousand of
 * them end its stack. Comments count as tokens, as the parser makes an object of each.
 */
export function checkDocumentText(text: string, limits: Limits): Refusal | null {
  // Every character is at least one byte in UTF-8, so the bytes are only counted where that can matter.
  if (text.length > limits.bytes || (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes))
    return tooLarge('bytes', limits.bytes, `The document is longer than ${limits.bytes} bytes.`);
  let tokens = 0;
  let open = 0;
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    if (kind === 0) {
      at += 1;
      continue;
    }
    tokens += 1;
    if (tokens > limits.tokens)
      return tooLarge('tokens', limits.tokens, `The document has more than ${limits.tokens} tokens.`);
    if (kind === OPEN) {
      open += 1;
      if (open > limits.nesting) return tooNested(limits.nesting);
    } else if (kind === CLOSE) open -= 1;
    at = endOfToken(text, at, kind);
  }
  return null;
}

export const tooNested = (allowed: number): Refusal =>
  tooLarge('nesting', allowed, `The document nests brackets more than ${allowed} deep, through fragments or without.`);

const kindAt = (text: string, at: number): number => KINDS[text.charCodeAt(at)] ?? OTHER;

function endOfToken(text: string, start: number, kind: number): number {
  let at = start + 1;
  if (kind === NAME) {
    // A number may hold a point: `1.5e3` is one token, also where its sign makes it look like two.
    while (at < text.length && (kindAt(text, at) === NAME || isPointOfNumber(text, at))) at += 1;
    return at;
  }
  if (kind === DOT) return text.startsWith('...', start) ? start + 3 : at;
  if (kind === HASH) {
    while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
    return at;
  }
  return kind === QUOTE ? endOfString(text, start) : at;
}

const isPointOfNumber = (text: string, at: number): boolean =>
  kindAt(text, at) === DOT && kindAt(text, at + 1) === NAME && kindAt(text, at - 1) === NAME;

/** Past the closing quotes, or the end of the text: what is wrong with it the parser says. */
function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    let close = text.indexOf('"""', start + 3);
    while (close > 0 && text[close - 1] === '\\') close = text.indexOf('"""', close + 3);
    return close < 0 ? text.length : close + 3;
  }
  let at = start + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n' && text[at] !== '\r')
    at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
