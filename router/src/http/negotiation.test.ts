import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRAPHQL_RESPONSE, isJson, JSON_ASKED, JSON_UNASKED, negotiate, statusFor } from './negotiation.ts';

describe('the type of an answer', () => {
  it.each([
    [undefined, JSON_UNASKED],
    ['', JSON_UNASKED],
    ['*/*', JSON_UNASKED],
    ['application/*', JSON_UNASKED],
    ['application/json', JSON_ASKED],
    ['APPLICATION/JSON', JSON_ASKED],
    ['application/json; charset=utf-8', JSON_ASKED],
    ['application/json;charset="UTF-8"', JSON_ASKED],
    ['application/json, text/plain, */*', JSON_ASKED],
    ['application/graphql-response+json', GRAPHQL_RESPONSE],
    ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', GRAPHQL_RESPONSE],
    ['application/json, application/graphql-response+json', GRAPHQL_RESPONSE],
    ['application/graphql-response+json, application/json;q=0.9', GRAPHQL_RESPONSE],
    ['application/graphql-response+json;q=0.5, application/json;q=0.9', JSON_ASKED],
    ['application/graphql-response+json;q=0.5, */*', JSON_UNASKED],
    ['application/json;q=0, */*', GRAPHQL_RESPONSE],
    ['*/*;q=0.1, application/*;q=0.2', JSON_UNASKED],
    ['text/html, application/json;q=0.1', JSON_ASKED],
    ['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json', GRAPHQL_RESPONSE],
  ])('for "%s" is as the caller likes it best', (accept, expected) => {
    expect(negotiate(accept)).toBe(expected);
  });

  it.each([
    'text/html',
    'image/*',
    'application/json;q=0',
    'application/json;q=0, application/graphql-response+json;q=0.000',
    'application/json; charset=iso-8859-1',
    'application/json;q=2',
    'application/json;q=abc',
    'json',
    ',,;',
  ])('is none for "%s"', (accept) => {
    expect(negotiate(accept)).toBeNull();
  });

  it('is the same whether it was remembered or read anew, for any header', () => {
    const range = fc.constantFrom(
      'application/json',
      'application/graphql-response+json',
      'application/*',
      '*/*',
      'text/html',
    );
    const weight = fc.constantFrom('', ';q=0', ';q=0.3', ';q=1', '; Q=0.7');
    const header = fc.array(
      fc.tuple(range, weight).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(header, (ranges) => {
        const accept = ranges.join(', ');
        // Too long to be remembered, and the same to HTTP.
        const long = `${accept}${' '.repeat(300)}`;
        expect(negotiate(accept)).toBe(negotiate(accept));
        expect(negotiate(long)).toBe(negotiate(accept));
      }),
    );
  });

  it('is found for thousands of odd headers without remembering them all', () => {
    for (let index = 0; index < 5_000; index += 1) expect(negotiate(`x/${index}, application/json`)).toBe(JSON_ASKED);
  });
});

describe('the status of an answer', () => {
  const invalid = [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }];

  it('tells of a wrong document, except to callers that named application/json', () => {
    expect(statusFor(GRAPHQL_RESPONSE, 400, invalid)).toBe(400);
    expect(statusFor(JSON_UNASKED, 400, invalid)).toBe(400);
    expect(statusFor(JSON_ASKED, 400, invalid)).toBe(200);
  });

  it.each(['OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST', 'RATE_LIMITED'])('tells everybody of %s', (code) => {
    expect(statusFor(JSON_ASKED, 400, [{ extensions: { code } }])).toBe(400);
    expect(statusFor(JSON_ASKED, 400, [...invalid, { extensions: { code } }])).toBe(400);
  });

  it('other than 400 is left alone', () => {
    expect(statusFor(JSON_ASKED, 503, invalid)).toBe(503);
    expect(statusFor(JSON_ASKED, 200, undefined)).toBe(200);
    expect(statusFor(JSON_ASKED, 400, undefined)).toBe(400);
  });
});

describe('a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="utf8"'])(
    'of type %s is read',
    (type) => expect(isJson(type)).toBe(true),
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain; application/json',
    'text/plain, application/json',
    'application/json, text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/json; charset=utf-16',
    'application/graphql',
  ])('of type %s is not', (type) => expect(isJson(type)).toBe(false));
});
