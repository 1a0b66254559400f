import type { IncomingHttpHeaders } from 'node:http';
import { type AnswerType, isJson, negotiate } from './negotiation.ts';
import type { Refused } from './refused.ts';

const refusal = (status: number, message: string, headers: Refused['headers'] = {}): Refused => ({
  status,
  code: 'BAD_REQUEST',
  message,
  headers,
});

const METHOD = refusal(405, 'GraphQL is asked by GET or POST.', { allow: 'GET, POST' });
export const MUTATION_BY_GET = refusal(405, 'GET asks queries only. Send this operation by POST.', { allow: 'POST' });
const BODY_TYPE = refusal(415, 'Send the body as application/json in UTF-8.', { 'accept-post': 'application/json' });
const BODY_ENCODING = refusal(415, 'Send the body uncompressed.', { 'accept-encoding': 'identity' });
const GET_TYPE = refusal(415, 'A GET request has no body: leave out "content-type", or say application/json.');
const NOT_ACCEPTABLE = refusal(
  406,
  'The answer is application/graphql-response+json or application/json; "accept" admits neither.',
);
const CROSS_SITE = refusal(
  400,
  'A page of another site may not ask this without a preflight. Send a header "apollo-require-preflight".',
);

/**
 * What the headers alone decide: how the answer will be written, or why there is none. A request that a browser sends
 * to another site without asking first (a form, an image, a plain fetch) never gets further than this.
 */
export function admit(method: string | undefined, headers: IncomingHttpHeaders): AnswerType | Refused {
  const contentType = headers['content-type'];
  if (method === 'POST') {
    if (!isJson(contentType)) return BODY_TYPE;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return BODY_ENCODING;
  } else if (method === 'GET') {
    if (contentType !== undefined && !isJson(contentType)) return GET_TYPE;
    if (contentType === undefined && fromAnotherSite(headers)) return CROSS_SITE;
  } else return METHOD;
  return negotiate(headers.accept) ?? NOT_ACCEPTABLE;
}

/**
 * A GET without a header that would have made the browser ask first. Browsers say in `sec-fetch-site` from where it
 * comes; old ones give themselves away by `origin` or `referer`. No cookie is ever read, so this is the second wall.
 */
function fromAnotherSite(headers: IncomingHttpHeaders): boolean {
  if (headers['apollo-require-preflight'] || headers['x-apollo-operation-name']) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined || headers.referer !== undefined;
}

export const isRefusal = (admission: AnswerType | Refused): admission is Refused => 'status' in admission;
