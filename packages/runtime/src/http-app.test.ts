import { expect, it } from 'vitest';
import { createHttpApp } from './http-app.ts';

it('answers without schemas, and refuses a route that has one', async () => {
  await using app = createHttpApp();
  app.post('/echo', async ({ body }) => ({ body }));
  const answer = await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } });
  expect(answer.json()).toEqual({ body: { a: 1 } });
  const missing = await app.inject('/missing');
  expect([missing.statusCode, missing.json().error]).toEqual([404, 'Not Found']);

  await using strict = createHttpApp();
  strict.post('/strict', { schema: { body: { type: 'object' } } }, async () => ({}));
  await expect(strict.ready()).rejects.toThrow('Routes have no schemas here');
});
