import type { Viewer } from '@cartograph/kernel/viewer';
import type { GraphQLFormattedError } from 'graphql';
import type { LimitsSettings } from '../settings/limits.ts';
import type { Refusal } from './refusal.ts';

/** What strangers are told in production of a document that is not GraphQL, or does not fit the schema. Always this. */
export const NOT_VALID: GraphQLFormattedError = {
  message: 'The document is not valid here.',
  extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
};

const ABOUT_THE_DOCUMENT = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);
/** What the count of the errors that are left out takes of the bytes. */
const COUNT_BYTES = 32;

interface Audience {
  readonly viewer: Viewer['kind'];
  readonly production: boolean;
}

/** The errors of one answer, already masked by code, as this viewer may read them: what they may know, and not too much. */
export function answerErrors(
  errors: readonly GraphQLFormattedError[],
  audience: Audience,
  limits: LimitsSettings['errors'],
): readonly GraphQLFormattedError[] {
  return shortened(audience.production ? withoutHints(errors, audience) : errors, limits);
}

/** The same for a refusal: what a schema demands of a document is as telling as what it has. */
export function answerRefusal(refusal: Refusal, audience: Audience): Refusal {
  if (!ABOUT_THE_DOCUMENT.has(refusal.code) || !audience.production || !isStranger(audience)) return refusal;
  return { ...refusal, code: 'GRAPHQL_VALIDATION_FAILED', message: NOT_VALID.message };
}

/** Whether this viewer may ask for the schema. `introspects` says whether a document does. */
export function mayIntrospect({ viewer, production }: Audience, settings: LimitsSettings['introspection']): boolean {
  return settings[viewer] === 'always' || (settings[viewer] === 'development' && !production);
}

export const NO_INTROSPECTION: Refusal = {
  status: 400,
  code: 'GRAPHQL_VALIDATION_FAILED',
  message: 'Introspection is not available here.',
  headers: {},
};

/** Anybody can become a guest. */
const isStranger = ({ viewer }: Audience): boolean => viewer === 'anonymous' || viewer === 'guest';

function withoutHints(errors: readonly GraphQLFormattedError[], audience: Audience): readonly GraphQLFormattedError[] {
  const hides = isStranger(audience);
  if (hides && errors.some(({ extensions }) => ABOUT_THE_DOCUMENT.has(extensions?.code))) return [NOT_VALID];
  return errors.map((error) => {
    const message = hides ? withoutTypes(error.message) : error.message;
    return { ...error, message: withoutSuggestions(message) };
  });
}

const withoutSuggestions = (message: string): string => message.replace(/ Did you mean [^?]*\?/g, '');

/** graphql-js says of a value in a variable what would have fitted: names of types, fields and enum values. */
function withoutTypes(message: string): string {
  const variable = /^Variable "\$\w+" got invalid value/.exec(message)?.[0];
  return variable ? `${variable}.` : message;
}

/** As many errors, and as many bytes of them as JSON, as one answer may have; the last one says how many are left out. */
function shortened(
  errors: readonly GraphQLFormattedError[],
  { count, bytes }: LimitsSettings['errors'],
): readonly GraphQLFormattedError[] {
  const kept: GraphQLFormattedError[] = [];
  // The brackets of the list, and the commas in it.
  let left = bytes - 2;
  for (const error of errors) {
    if (kept.length === count) break;
    const size = bytesOf(error) + 1;
    if (size + COUNT_BYTES > left) {
      const cut = fitted(error, left - COUNT_BYTES - 1, kept.length === 0);
      if (cut) kept.push(cut);
      break;
    }
    kept.push(error);
    left -= size;
  }
  const further = errors.length - kept.length;
  const last = kept.pop();
  if (!last) return errors;
  return [...kept, further > 0 ? { ...last, extensions: { ...last.extensions, furtherErrors: further } } : last];
}

/** An error that has to lose something: first where it is in the document, then the end of its message, at last its path. */
function fitted({ message, path, extensions }: GraphQLFormattedError, room: number, isFirst: boolean) {
  const code = extensions?.code;
  const whole = { ...(path && { path }), ...(code !== undefined && { extensions: { code } }) };
  for (const rest of isFirst ? [whole, { extensions: { code } }, {}] : [whole]) {
    const start = beginningOf(message, room - bytesOf({ message: '', ...rest }));
    if (start !== '') return { message: start, ...rest };
  }
  return null;
}

/** As much of a text as takes `room` bytes in JSON, whole letters only; nothing if that is not worth reading. */
function beginningOf(text: string, room: number): string {
  if (bytesOf(text.slice(0, room + 1)) - 2 <= room) return text;
  let bytes = bytesOf('…') - 2;
  let start = '';
  for (const letter of text) {
    bytes += bytesOf(letter) - 2;
    if (bytes > room) break;
    start += letter;
  }
  return start.length < 16 ? '' : `${start}…`;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
