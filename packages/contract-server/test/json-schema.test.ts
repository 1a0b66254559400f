import { expect, it } from 'vitest';
import { pointedTo, step, toJsonSchema } from '../src/json-schema.ts';

it('a nullable schema admits null, with or without a type', () => {
  expect(toJsonSchema({ type: 'string', nullable: true })).toEqual({ anyOf: [{ type: 'string' }, { type: 'null' }] });
  expect(toJsonSchema({ type: 'string', nullable: false })).toEqual({ type: 'string' });
});

it('a property that is called nullable stays one', () => {
  const schema = { properties: { nullable: { type: 'string' } } };
  expect(toJsonSchema(schema)).toEqual(schema);
});

it('an exclusive bound is a number', () => {
  expect(toJsonSchema({ minimum: 0, exclusiveMinimum: true })).toEqual({ minimum: 0, exclusiveMinimum: 0 });
  expect(toJsonSchema({ maximum: 9, exclusiveMaximum: false })).toEqual({ maximum: 9 });
});

it('a pointer leads through names with slashes and braces', () => {
  const document = { paths: { '/v1/{id}': { get: 1 } } };
  expect(pointedTo(document, step(step('#/paths', '/v1/{id}'), 'get'))).toBe(1);
  expect(() => pointedTo(document, '#/nothing')).toThrow('#/nothing');
});
