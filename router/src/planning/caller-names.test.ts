import { type FieldNode, Kind, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { namesForPlanner } from './caller-names.ts';

const NAMES = { selected: new Set(['id', 'price']), fields: new Set(['id', 'price', 'name', 'size', 'name__p0']) };

function planned(query: string) {
  const document = parse(query);
  const names = namesForPlanner(document, NAMES);
  return names && { ...names, text: print(names.document).replaceAll(/\s+/g, ' ') };
}

describe('names for the planner', () => {
  it('are the caller’s own where each can mean but one thing', () => {
    expect(
      planned('query ($v: Int) { a: item(first: $v) { id n: name __typename t: __typename } item { n: name id } }'),
    ).toBeNull();
  });

  it('are others where one hides a field that the planner selects on its own', () => {
    const names = planned('{ item { id: name price(in: 3) size } }');
    expect(names?.text).toBe('{ item { name__p1: name price__p0: price(in: 3) size } }');
    expect(Object.fromEntries(names?.responseNames ?? [])).toEqual({ name__p1: 'id', price__p0: 'price' });
  });

  it('are others where one stands for two values', () => {
    const query =
      '{ pets { ... on Cat { x: name } ... on Dog { x: size(of: 1) name: __typename } ... on Fox { name } } }';
    expect(planned(query)?.text).toBe(
      '{ pets { ... on Cat { name__p1: name } ... on Dog { size__p0: size(of: 1) __typename } ... on Fox { name } } }',
    );
  });

  it('stay where one stands for objects of several fields', () => {
    expect(planned('{ posts { ... on Poll { by: owner { name } } ... on Chat { by: author { name } } } }')).toBeNull();
  });

  it('keep two aliases of one field two', () => {
    expect(planned('mutation { id: pay(by: 1) price: pay(by: 1) }')?.text).toBe(
      'mutation { pay__p0: pay(by: 1) pay__p1: pay(by: 1) }',
    );
  });

  it('are others for variables named like the planner’s own', () => {
    const names = planned(
      'query ($representations: [Int], $contextualArgument_1_0: Boolean!) { item(in: $representations) { size @skip(if: $contextualArgument_1_0) } }',
    );
    expect(names?.text).toBe(
      'query ($callers__0: [Int], $callers__1: Boolean!) { item(in: $callers__0) { size @skip(if: $callers__1) } }',
    );
    expect(Object.fromEntries(names?.variables ?? [])).toEqual({
      callers__0: 'representations',
      callers__1: 'contextualArgument_1_0',
    });
  });

  it('leave introspection alone', () => {
    expect(planned('{ __schema { types { id: name price: kind } } }')).toBeNull();
  });

  it('say where the data has a field of the document', () => {
    const document = parse('{ id: name name }');
    const names = namesForPlanner(document, NAMES);
    const [operation] = document.definitions;
    const fields = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
    expect(fields.map((field) => names?.keyOf(field as FieldNode))).toEqual(['name__p1', 'name']);
  });
});
