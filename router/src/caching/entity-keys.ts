import { type ConstDirectiveNode, type DocumentNode, type GraphQLSchema, isObjectType, Kind } from 'graphql';

/** Which types are entities, and what tells one from another. */
export interface EntityKeys {
  /** The field that holds an entity's id: `id` where that is a key, otherwise the first key of one field. Null: none. */
  idField(type: string): string | null;
  /** Whether this field alone tells entities of the type apart. */
  isKey(type: string, field: string): boolean;
  /** The names under which a change of such an entity may be announced: its type, and interfaces that are entities. */
  namesOf(type: string): readonly string[];
}

const NOBODY: readonly string[] = [];

/** Reads the keys of a supergraph; `schema` is any schema made of it. */
export function readEntityKeys(supergraph: DocumentNode, schema: GraphQLSchema): EntityKeys {
  const single = new Map<string, readonly string[]>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const keys = (node.directives ?? []).flatMap(keyIn);
    if (keys.length === 0) continue;
    single.set(
      node.name.value,
      keys.filter((key) => /^\w+$/.test(key)),
    );
  }
  const names = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    const above = isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : [];
    const known = [type.name, ...above].filter((name) => single.has(name));
    if (known.length > 0) names.set(type.name, known);
  }
  return {
    idField(type) {
      const fields = single.get(type) ?? NOBODY;
      return fields.includes('id') ? 'id' : (fields[0] ?? null);
    },
    isKey: (type, field) => (single.get(type) ?? NOBODY).includes(field),
    namesOf: (type) => names.get(type) ?? NOBODY,
  };
}

function keyIn({ name, arguments: given = [] }: ConstDirectiveNode): readonly string[] {
  if (name.value !== 'join__type') return [];
  const key = given.find((argument) => argument.name.value === 'key')?.value;
  return key?.kind === Kind.STRING ? [key.value.trim()] : [];
}
