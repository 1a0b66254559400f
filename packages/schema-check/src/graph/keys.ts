import { type ConstDirectiveNode, Kind } from 'graphql';
import type { Snapshot } from '../input/snapshot.ts';

export interface EntityKey {
  readonly subgraph: string;
  readonly type: string;
  /** Written one way, so that layout makes no other key. */
  readonly fields: string;
  readonly resolvable: boolean;
  readonly line: number;
}

export const keyId = ({ subgraph, type, fields }: EntityKey): string => `${subgraph} ${type} ${fields}`;

/** Every @key by which the router can enter a subgraph. */
export function keysOf({ subgraphs }: Snapshot): readonly EntityKey[] {
  return subgraphs.flatMap(({ name: subgraph, document }) =>
    document.definitions.flatMap((node) => {
      if (!('directives' in node) || !('name' in node) || !node.name) return [];
      const type = node.name.value;
      return (node.directives ?? [])
        .filter(({ name }) => /^(federation__)?key$/.test(name.value))
        .map((directive) => ({
          subgraph,
          type,
          ...readKey(directive as ConstDirectiveNode),
          line: directive.loc?.startToken.line ?? 1,
        }));
    }),
  );
}

function readKey({ arguments: given = [] }: ConstDirectiveNode): Pick<EntityKey, 'fields' | 'resolvable'> {
  const argument = (name: string) => given.find((each) => each.name.value === name)?.value;
  const fields = argument('fields');
  const resolvable = argument('resolvable');
  return {
    fields: fields?.kind === Kind.STRING ? normalize(fields.value) : '',
    resolvable: !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value),
  };
}

const normalize = (fields: string): string =>
  fields.includes('{')
    ? fields.replace(/\s+/g, ' ').trim()
    : fields
        .split(/[\s,]+/)
        .filter(Boolean)
        .sort()
        .join(' ');
