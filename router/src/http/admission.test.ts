import { describe, expect, it } from 'vitest';
import { admit } from './admission.ts';
import { GRAPHQL_RESPONSE, JSON_UNASKED } from './negotiation.ts';

const json = { 'content-type': 'application/json' };

describe('a request', () => {
  it('by POST with JSON, or by GET without a body, is admitted', () => {
    expect(admit('POST', json)).toBe(JSON_UNASKED);
    expect(admit('GET', {})).toBe(JSON_UNASKED);
    expect(admit('GET', { ...json, accept: 'application/graphql-response+json' })).toBe(GRAPHQL_RESPONSE);
  });

  it.each(['PUT', 'DELETE', 'HEAD', 'PATCH', undefined])('by %s is answered with the methods there are', (method) => {
    expect(admit(method, json)).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
  });

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', undefined])(
    'that a form could have posted, of type %s, is refused whatever else it says',
    (type) => {
      const headers = { 'apollo-require-preflight': '1', ...(type && { 'content-type': type }) };
      expect(admit('POST', headers)).toMatchObject({ status: 415 });
    },
  );

  it('with a packed body is refused', () => {
    expect(admit('POST', { ...json, 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(admit('POST', { ...json, 'content-encoding': 'identity' })).toBe(JSON_UNASKED);
  });

  it('whose answer the caller would not take is refused', () => {
    expect(admit('POST', { ...json, accept: 'text/html' })).toMatchObject({ status: 406 });
  });
});

describe('a GET that a browser sends for another site without a preflight', () => {
  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { referer: 'https://evil.example/page' },
    { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '' },
    { 'content-type': 'text/plain' },
  ])('is refused: %j', (headers) => {
    expect(admit('GET', headers)).toMatchObject({ status: expect.any(Number), code: 'BAD_REQUEST' });
  });

  it.each([
    { 'sec-fetch-site': 'same-origin', referer: 'https://shop.example/' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': 'yes' },
    { 'sec-fetch-site': 'cross-site', 'x-apollo-operation-name': 'Search' },
    { origin: 'https://shop.example', 'content-type': 'application/json' },
  ])('is admitted where the browser asked first or the page is ours: %j', (headers) => {
    expect(admit('GET', headers)).toBe(JSON_UNASKED);
  });
});
