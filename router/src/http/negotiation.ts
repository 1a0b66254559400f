/** How one answer is written. Made once per kind, so that comparing and remembering costs nothing. */
export interface AnswerType {
  /** The `content-type` of the answer. */
  readonly contentType: string;
  /**
   * The caller named `application/json`. GraphQL over HTTP answers such callers with 200 even when the document does
   * not parse or fit: they are too old to read a body behind another status.
   */
  readonly legacy: boolean;
}

export const GRAPHQL_RESPONSE: AnswerType = {
  contentType: 'application/graphql-response+json; charset=utf-8',
  legacy: false,
};
/** For whoever takes anything: the older type, which everybody can read, with a status that tells. */
export const JSON_UNASKED: AnswerType = { contentType: 'application/json; charset=utf-8', legacy: false };
export const JSON_ASKED: AnswerType = { contentType: 'application/json; charset=utf-8', legacy: true };

/** A handful of clients send a handful of headers; what is longer, or beyond these, is read anew each time. */
const MAX_REMEMBERED = 256;
const MAX_REMEMBERED_LENGTH = 256;
const remembered = new Map<string, AnswerType | null>();

/** The answer's type for an `Accept` header; null where the caller takes nothing that we write (406). */
export function negotiate(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept === '*/*') return JSON_UNASKED;
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  const chosen = choose(accept);
  if (accept.length <= MAX_REMEMBERED_LENGTH && remembered.size < MAX_REMEMBERED) remembered.set(accept, chosen);
  return chosen;
}

// How well a media range fits: not at all (0), as `*/*`, as `application/*`, by name (3). The best fit says the weight.
interface Fit {
  rank: 0 | 1 | 2 | 3;
  weight: number;
}

function choose(accept: string): AnswerType | null {
  if (accept.trim() === '') return JSON_UNASKED;
  const modern: Fit = { rank: 0, weight: 0 };
  const json: Fit = { rank: 0, weight: 0 };
  for (const text of accept.split(',')) {
    const range = readRange(text);
    if (!range) continue;
    improve(modern, range, 'application/graphql-response+json');
    improve(json, range, 'application/json');
  }
  if (modern.weight === 0 && json.weight === 0) return null;
  if (modern.weight !== json.weight) return modern.weight > json.weight ? GRAPHQL_RESPONSE : jsonFor(json);
  // Equally welcome: what was named goes before what a wildcard covers, and the newer type before the older.
  return modern.rank === 3 ? GRAPHQL_RESPONSE : jsonFor(json);
}

const jsonFor = ({ rank }: Fit): AnswerType => (rank === 3 ? JSON_ASKED : JSON_UNASKED);

interface Range {
  readonly type: string;
  readonly weight: number;
}

function improve(fit: Fit, { type, weight }: Range, offered: string): void {
  const rank = type === offered ? 3 : type === 'application/*' ? 2 : type === '*/*' ? 1 : 0;
  if (rank === 0 || rank < fit.rank || (rank === fit.rank && weight <= fit.weight)) return;
  fit.rank = rank;
  fit.weight = weight;
}

/** `type/subtype; charset=utf-8; q=0.5`. Undefined for what is malformed, or asks for a charset other than UTF-8. */
function readRange(text: string): Range | undefined {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  let weight = 1;
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split(/\s*=\s*/);
    if (name === 'charset' && !isUtf8(value)) return undefined;
    if (name === 'q') weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : Number.NaN;
  }
  return Number.isNaN(weight) ? undefined : { type, weight };
}

const isUtf8 = (charset: string): boolean => /^"?utf-?8"?$/i.test(charset);

/** Codes of a document or variables that do not fit: what the older type answers with 200. */
const OF_THE_DOCUMENT: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

/** The status of an answer whose status would otherwise be `status`. */
export function statusFor(
  { legacy }: AnswerType,
  status: number,
  errors: readonly { readonly extensions?: { readonly code?: unknown } | undefined }[] | undefined,
): number {
  if (!legacy || status !== 400 || !errors?.length) return status;
  return errors.every((error) => OF_THE_DOCUMENT.has(error.extensions?.code)) ? 200 : status;
}

/** Whether a body of this `content-type` is JSON in UTF-8. Strict: `text/plain; application/json` is text. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  if (contentType === undefined) return false;
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  if (type.toLowerCase() !== 'application/json') return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.toLowerCase() !== 'charset' || isUtf8(value);
  });
}
