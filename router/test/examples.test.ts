import { readdirSync, readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { ROOT } from '@cartograph/runtime/sdl';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';

const folder = new URL('router/examples/', ROOT);
const examples = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
const supergraph = Supergraph.build(readFileSync(new URL('schema/supergraph.graphql', ROOT), 'utf8'));
const schema = supergraph.apiSchema().toGraphQLJSSchema();

it.each(examples)('the example %s is valid against the public schema', (file) => {
  expect(validate(schema, parse(readFileSync(new URL(file, folder), 'utf8')))).toEqual([]);
});
