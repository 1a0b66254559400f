import { parse } from 'graphql';
import type { RequestBody } from '../gateway/prepared-requests.ts';
import { checkDocument } from '../limits/document.ts';
import { checkDocumentText } from '../limits/document-text.ts';
import { checkJson } from '../limits/json.ts';
import type { LimitsSettings } from '../settings/limits.ts';
import type { Refused } from './refused.ts';

const refused = (message: string): Refused => ({ status: 400, code: 'BAD_REQUEST', message, headers: {} });

/** Reads the body of a POST, after a look at how deep and large it is. */
export function readJson(text: string, { json }: LimitsSettings): { readonly body: RequestBody } | Refused {
  const tooMuch = checkJson(text, json);
  if (tooMuch) return tooMuch;
  try {
    const body = JSON.parse(text) as RequestBody;
    // Of the other members the pipeline says what is wrong; this one never gets there.
    if (!isObjectOrNothing(body.extensions)) return refused('"extensions" must be a JSON object.');
    return { body };
  } catch {
    return refused('The request body is not JSON.');
  }
}

const isObjectOrNothing = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && !Array.isArray(value));

/** Reads what a GET says in its URL. */
export function readSearch(search: string, { json: limits }: LimitsSettings): { readonly body: RequestBody } | Refused {
  const parameters = new URLSearchParams(search);
  const body: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const [value, another] = parameters.getAll(name);
    if (another !== undefined) return refused(`"${name}" stands twice in the URL.`);
    if (value === undefined || value === '') continue;
    if (name === 'query' || name === 'operationName') body[name] = value;
    else {
      const tooMuch = value === 'null' ? null : checkJson(value, limits);
      if (tooMuch) return tooMuch;
      const json = readObject(value);
      if (json === undefined) return refused(`"${name}" in the URL is not a JSON object.`);
      body[name] = json;
    }
  }
  return { body };
}

function readObject(text: string): object | null | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Weighs a document that is not known yet, before the pipeline spends anything on it. What does not parse, the pipeline tells. */
export function checkUnknown(document: string, { document: limits }: LimitsSettings): Refused | null {
  const tooMuch = checkDocumentText(document, limits);
  if (tooMuch) return tooMuch;
  try {
    return checkDocument(parse(document, { noLocation: true }), limits);
  } catch {
    return null;
  }
}
