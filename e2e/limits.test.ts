import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { ROOT } from '@cartograph/runtime/sdl';
import { type GraphQLArgument, type GraphQLField, getNamedType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskAs, openShop, type Shop } from './src/graph.ts';

let shop: Shop;
let staff: AskAs;
beforeAll(async () => {
  shop = await openShop();
  staff = await shop.signInStaff();
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

const supergraph = readFileSync(new URL('schema/supergraph.graphql', ROOT), 'utf8');
const schema = Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema();

const needsMore = (args: readonly GraphQLArgument[]) =>
  args.some((arg) => arg.name !== 'first' && isNonNullType(arg.type) && arg.defaultValue === undefined);

/** Every list at the root that says how long it is, as its text in a query. */
const LISTS = Object.values(schema.getQueryType()?.getFields() ?? {})
  .filter(
    (field: GraphQLField<unknown, unknown>) =>
      field.args.some(({ name }) => name === 'first') && !needsMore(field.args),
  )
  .map(({ name }) => name);

describe('every list', () => {
  it('is among those looked at here', () => {
    expect(LISTS).toEqual(
      expect.arrayContaining(['products', 'search', 'collections', 'orders', 'customers', 'payments', 'shipments']),
    );
  });

  it.each(LISTS)('%s is cut off at 100 rows, and says so', async (name) => {
    for (const first of [0, -1, 101, 1_000_000_000]) {
      const { errors } = await staff(`{ ${name}(first: ${first}) { pageInfo { hasNextPage } } }`);
      expect(errors?.[0], `${name}(first: ${first})`).toMatchObject({
        message: expect.stringContaining('"first" must be from 1 to 100'),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  });

  it.each(LISTS)('%s refuses a cursor that is not its own', async (name) => {
    const { errors } = await staff(`{ ${name}(first: 1, after: "bm90IG91cnM") { pageInfo { hasNextPage } } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('written as 1e9 is refused as no integer', async () => {
    const { status, errors } = await staff('{ products(first: 1e9) { pageInfo { hasNextPage } } }');
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('every connection', () => {
  it('has edges, nodes and pageInfo, and an end', () => {
    const connections = Object.values(schema.getTypeMap()).filter((type) => type.name.endsWith('Connection'));
    expect(connections.length).toBeGreaterThan(10);
    for (const type of connections) {
      if (!isObjectType(type)) throw new Error(`${type.name} is no object type`);
      expect(Object.keys(type.getFields()), type.name).toEqual(expect.arrayContaining(['edges', 'nodes', 'pageInfo']));
    }
  });

  it('is given by a field that has first and after', () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        if (!getNamedType(field.type).name.endsWith('Connection')) continue;
        expect(
          field.args.map(({ name }) => name),
          `${type.name}.${field.name}`,
        ).toEqual(expect.arrayContaining(['first', 'after']));
      }
    }
  });
});

describe('every public name', () => {
  it('is described: types, fields, arguments, input fields and enum values', () => {
    const bare: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['String', 'Int', 'Boolean', 'ID', 'Float'].includes(type.name)) continue;
      if (!type.description && !['Query', 'Mutation'].includes(type.name)) bare.push(type.name);
      const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
      for (const field of fields) {
        if (!field.description) bare.push(`${type.name}.${field.name}`);
        for (const arg of 'args' in field ? field.args : [])
          if (!arg.description) bare.push(`${type.name}.${field.name}(${arg.name}:)`);
      }
      for (const value of 'getValues' in type ? type.getValues() : [])
        if (!value.description) bare.push(`${type.name}.${value.name}`);
    }
    expect(bare).toEqual([]);
  });
});

describe('unknown ids', () => {
  it.each(['nonsense', 'Product:01ARZ3NDEKTSV4RRFFQ69G5FAV', 'Order:1; DROP TABLE', ''])(
    'such as "%s" read as absent',
    async (id) => {
      const { data, errors } = await staff(
        `query ($id: ID!) {
        product(id: $id) { id } variant(id: $id) { id } collection(id: $id) { id }
        order(id: $id) { id } cart(id: $id) { id } payment(id: $id) { id } shipment(id: $id) { id } customer(id: $id) { id }
      }`,
        { id },
      );
      expect(errors).toBeUndefined();
      expect(Object.values(data)).toEqual(Array(8).fill(null));
    },
  );
});
