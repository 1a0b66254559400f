import type { LimitsSettings } from '../settings/limits.ts';
import { type Refusal, tooLarge } from './refusal.ts';

type Limits = LimitsSettings['json'];

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const badRequest = (message: string): Refusal => ({ status: 400, code: 'BAD_REQUEST', message, headers: {} });

const NOT_AN_OBJECT = badRequest('The body must be one JSON object with "query", and "variables" if it takes some.');
const BATCH = badRequest('Batches are not accepted: send one operation per request.');
const PROTO = badRequest('No key of the body may be "__proto__".');

/**
 * Looks through the text of a body before `JSON.parse`, in one pass that jumps over strings: about a microsecond for a
 * checkout. What is no JSON at all the parser finds; until then it is only counted.
 */
export function checkJson(text: string, limits: Limits): Refusal | null {
  const first = text.charCodeAt(startOf(text));
  if (first === OPEN_LIST) return BATCH;
  if (first !== OPEN_OBJECT) return NOT_AN_OBJECT;
  const { nesting, entries } = limits;
  let open = 0;
  let found = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (isProto(text, at, end)) return PROTO;
      at = end;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open += 1;
      found += 1;
      if (open > nesting) return tooLarge('json.nesting', nesting, `The body nests more than ${nesting} deep.`);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open -= 1;
    else if (code === COMMA) found += 1;
    // An empty list or object counts one too many, which harms nobody.
    if (found > entries)
      return tooLarge('json.entries', entries, `The body has more than ${entries} keys and list items.`);
  }
  return null;
}

function startOf(text: string): number {
  let at = 0;
  while (isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** The place of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/**
 * `JSON.parse` makes "__proto__" a key like any other; whoever copies it later with an assignment changes a prototype.
 * No variable and no input field can have that name, so nothing is lost.
 */
function isProto(text: string, start: number, end: number): boolean {
  const length = end - start - 1;
  if (length < 9 || length > 54) return false;
  if (!(length === 9 ? text.startsWith('__proto__', start + 1) : isEscapedProto(text.slice(start, end + 1))))
    return false;
  let after = end + 1;
  while (isBlank(text.charCodeAt(after))) after += 1;
  return text.charCodeAt(after) === COLON;
}

function isEscapedProto(literal: string): boolean {
  if (!literal.includes('\\u')) return false;
  try {
    return JSON.parse(literal) === '__proto__';
  } catch {
    return false; // No JSON: the parser will say so.
  }
}
