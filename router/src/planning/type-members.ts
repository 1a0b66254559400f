import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { type CompositeTypes, isTrue, subgraphNamesOf, textArgument } from './supergraph-document.ts';

/** What each subgraph knows of the types of a supergraph. */
export interface TypeMembers {
  /** The interfaces and unions that have other members in one subgraph than in another. */
  readonly partial: ReadonlySet<string>;
  /** The object types that can stand for a type: for an object type itself. */
  objects(type: string): readonly string[];
  /** Those of them that a subgraph knows. */
  objectsIn(subgraph: string, type: string): readonly string[];
  knows(subgraph: string, type: string): boolean;
  /** The interfaces that a subgraph knows as one object each (`@interfaceObject`), and calls every object by their names. */
  oneObjects(subgraph: string): ReadonlySet<string>;
  isOneObject(subgraph: string, type: string): boolean;
  /** Whether a subgraph answers a field of a type it has been asked for, without being told anything. */
  answers(subgraph: string, type: string, field: string): boolean;
}

const NONE: ReadonlySet<string> = new Set();

export function typeMembersOf(document: DocumentNode, types: CompositeTypes): TypeMembers {
  const graphs = new Map([...subgraphNamesOf(document)].map(([value, name]) => [name, value]));
  const members = new Map<string, string[]>();
  const membersIn = new Map<string, Set<string>>();
  const note = (graph: string, type: string, member: string) =>
    membersIn.set(`${graph} ${type}`, (membersIn.get(`${graph} ${type}`) ?? new Set()).add(member));

  for (const type of types.values()) {
    if (!type.abstract) members.set(type.name, [type.name]);
    else if (type.members.length > 0) members.set(type.name, [...type.members]);
    const below = type.abstract ? [] : type.interfaces;
    for (const one of below) members.set(one, [...(members.get(one) ?? []), type.name]);
    for (const directive of type.directives) {
      const graph = textArgument(directive, 'graph') ?? '';
      const member = textArgument(directive, 'member');
      const implemented = textArgument(directive, 'interface');
      if (directive.name.value === 'join__unionMember' && member !== undefined) note(graph, type.name, member);
      if (directive.name.value === 'join__implements' && implemented !== undefined && !type.abstract)
        note(graph, implemented, type.name);
    }
  }
  const joinsOf = (type: string): readonly ConstDirectiveNode[] =>
    (types.get(type)?.directives ?? []).filter(({ name }) => name.value === 'join__type');
  const knows = (graph: string, type: string) => joinsOf(type).some((join) => textArgument(join, 'graph') === graph);

  const partial = new Set<string>();
  for (const { name, abstract } of types.values()) {
    if (!abstract) continue;
    // To a subgraph that knows an interface as one object, every member is that.
    const knowing = joinsOf(name).filter((join) => !isTrue(join, 'isInterfaceObject'));
    const sets = knowing.map((join) =>
      [...(membersIn.get(`${textArgument(join, 'graph')} ${name}`) ?? [])].sort().join(),
    );
    if (new Set(sets).size > 1) partial.add(name);
  }

  const graphOf = (subgraph: string) => graphs.get(subgraph) ?? subgraph;
  const oneObjectsIn = new Map<string, Set<string>>();
  for (const { name } of types.values())
    for (const join of joinsOf(name)) {
      const graph = textArgument(join, 'graph') ?? '';
      if (isTrue(join, 'isInterfaceObject'))
        oneObjectsIn.set(graph, (oneObjectsIn.get(graph) ?? new Set<string>()).add(name));
    }
  const oneObjects = (subgraph: string): ReadonlySet<string> => oneObjectsIn.get(graphOf(subgraph)) ?? NONE;
  return {
    partial,
    objects: (type) => members.get(type) ?? [],
    objectsIn: (subgraph, type) => [...(membersIn.get(`${graphOf(subgraph)} ${type}`) ?? [])],
    knows: (subgraph, type) => knows(graphOf(subgraph), type),
    oneObjects,
    isOneObject: (subgraph, type) => oneObjects(subgraph).has(type),
    answers(subgraph, type, field) {
      if (field === '__typename') return true;
      const definition = types.get(type)?.fields.get(field);
      if (!definition || !knows(graphOf(subgraph), type)) return false;
      const joins = definition.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
      if (joins.length === 0) return true;
      return joins.some((join) => textArgument(join, 'graph') === graphOf(subgraph) && isPlain(join));
    },
  };
}

/** Neither referred to alone, nor moved away, nor dependent on something else. */
const isPlain = ({ arguments: given = [] }: ConstDirectiveNode): boolean =>
  given.every(({ name, value }) => ['graph', 'type', 'provides'].includes(name.value) || isFalse(value));

const isFalse = (value: { readonly kind: Kind; readonly value?: unknown }): boolean =>
  value.kind === Kind.BOOLEAN && value.value === false;
