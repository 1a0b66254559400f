import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { asksByType } from './types-apart.ts';

const schema = buildSchema(`type Query { posts: [Post] } union Post = Poll | Chat interface Owned { owner: User }
  type Poll implements Owned { owner: User more: [Post] } type Chat implements Owned { owner: User by(first: Int): User }
  type User { id: ID name: String friend: User }`);

function differs(query: string): boolean {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return asksByType(schema, document, operation);
}

describe('an operation', () => {
  it('that asks the same below every type does not differ by type, whatever the order', () => {
    expect(differs('{ posts { ... on Poll { owner { id name } } ... on Chat { owner { name ... { id } } } } }')).toBe(
      false,
    );
    expect(differs('{ posts { ... on Owned { owner { id } } ... on Poll { more { __typename } } } }')).toBe(false);
    expect(
      differs(
        '{ posts { ... on Poll { owner { ...U } } ... on Chat { owner { ...U } } } } fragment U on User { id friend { name } }',
      ),
    ).toBe(false);
  });

  it('that asks other things below one type differs', () => {
    expect(differs('{ posts { ... on Poll { owner { id } } ... on Chat { owner { name } } } }')).toBe(true);
    expect(differs('{ posts { ... on Owned { owner { id } } ... on Chat { owner { name } } } }')).toBe(true);
    expect(
      differs('{ posts { ... on Poll { owner { friend { id } } } ... on Chat { owner { friend { name } } } } }'),
    ).toBe(true);
    expect(
      differs('{ posts { ... on Poll { more { ... on Poll { owner { id } } ... on Chat { owner { name } } } } } }'),
    ).toBe(true);
  });

  it('that asks of one type alone does not differ', () => {
    expect(differs('{ posts { ... on Poll { owner { id } } ... on Chat { by { name } } } }')).toBe(false);
  });

  it('that asks under conditions of its own differs', () => {
    const query =
      'query ($a: Boolean!) { posts { ... on Poll { owner { id } } ... on Chat { owner { id @skip(if: $a) } } } }';
    expect(differs(query)).toBe(true);
  });
});
