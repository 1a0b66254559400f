import { Kind } from 'graphql';
import type { Snapshot, Subgraph } from '../input/snapshot.ts';

export interface Part {
  readonly subgraph: string;
  /** Fields that it answers itself, beyond the key. */
  readonly fields: readonly string[];
  readonly resolvable: boolean;
}

export interface Entity {
  readonly name: string;
  readonly owner: string;
  readonly parts: readonly Part[];
}

/** Every entity, who owns it and who extends it. The owner is whoever answers most of its fields. */
export function entitiesOf({ subgraphs }: Snapshot): readonly Entity[] {
  const parts = new Map<string, Part[]>();
  for (const subgraph of subgraphs)
    for (const [name, part] of partsIn(subgraph)) parts.set(name, [...(parts.get(name) ?? []), part]);
  return [...parts]
    .map(([name, list]) => {
      const sorted = [...list].sort(
        (a, b) => Number(b.resolvable) - Number(a.resolvable) || b.fields.length - a.fields.length,
      );
      return { name, owner: sorted[0]?.subgraph ?? '', parts: list };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function partsIn({ name: subgraph, document }: Subgraph): readonly (readonly [string, Part])[] {
  return document.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    const keys = (node.directives ?? []).filter(({ name }) => /^(federation__)?key$/.test(name.value));
    if (keys.length === 0) return [];
    const argument = (name: string) =>
      keys.map((key) => key.arguments?.find((each) => each.name.value === name)?.value);
    const keyFields = argument('fields').flatMap((value) =>
      value?.kind === Kind.STRING ? value.value.split(/[\s{}]+/) : [],
    );
    const resolvable = argument('resolvable').some((value) => !(value?.kind === Kind.BOOLEAN && !value.value));
    const fields = (node.fields ?? [])
      .filter(
        ({ name, directives = [] }) =>
          !keyFields.includes(name.value) && !directives.some((each) => /external$/.test(each.name.value)),
      )
      .map(({ name }) => name.value);
    return [[node.name.value, { subgraph, fields, resolvable }]];
  });
}
