import { parse, print } from 'graphql';
import { expect, it } from 'vitest';
import { federationOne } from './federation-one.ts';
import { heavy } from './heavy.ts';
import { light } from './light.ts';

const flat = (sdl: string | undefined) => print(parse(sdl ?? '')).replaceAll(/\s+/g, ' ');

it('leaves an entity to the first subgraph that has fields of its own, and lets the others extend it', () => {
  const { users, products, inventory, reviews } = federationOne(heavy.subgraphs);
  expect(flat(users)).toContain('type User @key(fields: "id") { id: ID! username');
  expect(flat(products)).toContain('extend type Query { topProducts');
  expect(flat(products)).toContain('type Product @key(fields: "upc") { upc: ID! name');
  expect(flat(inventory)).toContain(
    'extend type Product @key(fields: "upc") { upc: ID! @external price: Int! @external weight: Int! @external inStock',
  );
  expect(flat(reviews)).toContain('type Review @key');
  expect(flat(reviews)).toContain('extend type User @key(fields: "id") { id: ID! @external reviews');
});

it('writes nothing that Federation 1 does not know', () => {
  for (const sdl of Object.values(federationOne([...heavy.subgraphs, ...light.subgraphs])))
    expect(sdl).not.toMatch(/@link|resolvable|@shareable/);
});

it('makes a stub that cannot be resolved an extension', () => {
  expect(flat(federationOne(light.subgraphs).products)).toContain(
    'extend type Seller @key(fields: "id") { id: ID! @external }',
  );
});
