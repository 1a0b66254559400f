import {
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
} from 'graphql';
import type { SubgraphSource } from './workload.ts';

type Declaration = ObjectTypeDefinitionNode;

/**
 * The same subgraphs in the words of Federation 1, for routers that know no other: no `@link`, one owner per entity, and
 * everybody else extends it with the key marked `@external`.
 */
export function federationOne(subgraphs: readonly SubgraphSource[]): Readonly<Record<string, string>> {
  const owners = new Map<string, string>();
  for (const { name, typeDefs } of subgraphs)
    for (const type of objectTypes(typeDefs))
      if (keysOf(type).length > 0 && ownFields(type).length > 0 && !owners.has(type.name.value))
        owners.set(type.name.value, name);
  const sdl = ({ name, typeDefs }: SubgraphSource) =>
    objectTypes(typeDefs).map((type) => print(written(type, owners.get(type.name.value) ?? name, name)));
  return Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, sdl(subgraph).join('\n')]));
}

const objectTypes = (typeDefs: string): readonly Declaration[] =>
  parse(typeDefs).definitions.flatMap((one) => (one.kind === Kind.OBJECT_TYPE_DEFINITION ? one : []));

const named = (node: { readonly directives?: FieldDefinitionNode['directives'] }, name: string) =>
  (node.directives ?? []).filter((directive) => directive.name.value === name);

const keysOf = (type: Declaration): readonly string[] =>
  named(type, 'key').flatMap(({ arguments: given }) =>
    (given ?? []).flatMap(({ name, value }) =>
      name.value === 'fields' && value.kind === Kind.STRING ? value.value.split(' ') : [],
    ),
  );

const ownFields = (type: Declaration): readonly FieldDefinitionNode[] =>
  (type.fields ?? []).filter(
    (field) => !keysOf(type).includes(field.name.value) && named(field, 'external').length === 0,
  );

function written(type: Declaration, owner: string, here: string): ObjectTypeDefinitionNode | ObjectTypeExtensionNode {
  // `resolvable` is a word of Federation 2.
  const directives = (type.directives ?? []).map((directive) => ({
    ...directive,
    arguments: (directive.arguments ?? []).filter(({ name }) => name.value === 'fields'),
  }));
  if (owner === here) {
    // Root fields come from everybody, and nobody owns them.
    return type.name.value === 'Query' ? extension(type, type.fields ?? []) : { ...type, directives };
  }
  const keys = keysOf(type);
  const external = { kind: Kind.DIRECTIVE as const, name: { kind: Kind.NAME as const, value: 'external' } };
  const fields = (type.fields ?? []).map((field) =>
    keys.includes(field.name.value) ? { ...field, directives: [...(field.directives ?? []), external] } : field,
  );
  return extension({ ...type, directives }, fields);
}

const extension = (
  { name, directives }: Declaration,
  fields: readonly FieldDefinitionNode[],
): ObjectTypeExtensionNode => ({ kind: Kind.OBJECT_TYPE_EXTENSION, name, directives: directives ?? [], fields });
