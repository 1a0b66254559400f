import { expect, it } from 'vitest';
import { checkRequest } from '../src/check.ts';
import { readContract } from '../src/contract.ts';

const contract = readContract({
  swagger: '2.0',
  info: { title: 'Listings' },
  paths: {
    '/items/{seller}': {
      get: {
        operationId: 'search',
        parameters: [
          { name: 'seller', in: 'path', required: true, type: 'string', pattern: '^A' },
          { name: 'skus', in: 'query', type: 'array', items: { type: 'string' }, maxItems: 2 },
          { name: 'kinds', in: 'query', type: 'array', items: { enum: ['a', 'b'] }, collectionFormat: 'multi' },
          { name: 'size', in: 'query', type: 'integer', maximum: 20 },
        ],
        responses: { 200: { description: 'OK' } },
      },
    },
  },
});

function problems(path: string, query: string): readonly string[] {
  const [operation] = contract.operations;
  if (!operation) throw new Error('there is no operation');
  return checkRequest(contract, operation, { method: 'GET', path, query, headers: {}, text: '' }).problems;
}

it('holds the parameters of a Swagger 2.0 document against what they say of themselves', () => {
  expect(problems('/items/A1', 'skus=x,y&size=20&kinds=a&kinds=b')).toEqual([]);
  expect(problems('/items/A1', 'kinds=a')).toEqual([]);
  for (const [path, query, parameter] of [
    ['/items/B1', '', 'path seller'],
    ['/items/A1', 'skus=x,y,z', 'query skus'],
    ['/items/A1', 'kinds=c', 'query kinds'],
    ['/items/A1', 'size=21', 'query size'],
    ['/items/A1', 'size=many', 'query size'],
  ] as const)
    expect(problems(path, query).join()).toContain(parameter);
});
