import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
} from 'graphql';
import { apiSchemaOf, asFederated, compose } from '../federation/compose.ts';
import { subgraphSchema } from '../federation/in-memory-subgraph.ts';

/** One subgraph as its SDL tells it. */
export interface SubgraphFacts {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Types that stand for a whole interface of another subgraph. */
  readonly objectInterfaces: ReadonlySet<string>;
  /** What `Type.field` requires. */
  readonly requires: ReadonlyMap<string, SelectionSetNode>;
  /** Each `Type.field` that is external here and yet provided on some path. */
  readonly provided: ReadonlySet<string>;
  /** The key fields of each entity, as selections. */
  readonly keys: ReadonlyMap<string, readonly SelectionSetNode[]>;
}

/** A field in one subgraph that answers it. */
export interface Declared {
  readonly subgraph: SubgraphFacts;
  readonly field: GraphQLField<unknown, unknown>;
}

export interface Graph {
  readonly sdls: Readonly<Record<string, string>>;
  readonly supergraphSdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, SubgraphFacts>;
  /** Interfaces of each object type, over all subgraphs. */
  readonly interfaces: ReadonlyMap<string, ReadonlySet<string>>;
  readonly entities: ReadonlySet<string>;
  /** Where `Type.field` is answered. */
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
}

export function openGraph(sdls: Readonly<Record<string, string>>): Graph {
  const supergraphSdl = compose(sdls);
  const subgraphs = new Map(Object.entries(sdls).map(([name, sdl]) => [name, factsOf(name, sdl)]));
  const interfaces = new Map<string, Set<string>>();
  const entities = new Set<string>();
  const declared = new Map<string, Declared[]>();
  for (const subgraph of subgraphs.values()) {
    for (const name of subgraph.keys.keys()) entities.add(name);
    for (const type of Object.values(subgraph.schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('_')) continue;
      const known = interfaces.get(type.name) ?? new Set<string>();
      for (const { name } of type.getInterfaces()) known.add(name);
      interfaces.set(type.name, known);
      for (const field of Object.values(type.getFields())) {
        if (field.astNode?.directives?.some(({ name }) => name.value === 'external')) continue;
        const key = `${type.name}.${field.name}`;
        declared.set(key, [...(declared.get(key) ?? []), { subgraph, field }]);
      }
    }
  }
  return { sdls, supergraphSdl, apiSchema: apiSchemaOf(supergraphSdl), subgraphs, interfaces, entities, declared };
}

function factsOf(name: string, sdl: string): SubgraphFacts {
  const objectInterfaces = new Set<string>();
  const requires = new Map<string, SelectionSetNode>();
  const provided = new Set<string>();
  const keys = new Map<string, SelectionSetNode[]>();
  for (const definition of parse(asFederated(sdl)).definitions) {
    if (definition.kind !== 'ObjectTypeDefinition' && definition.kind !== 'InterfaceTypeDefinition') continue;
    const { directives = [], name: type, fields = [] } = definition as ObjectTypeDefinitionNode;
    if (directives.some((one) => one.name.value === 'interfaceObject')) objectInterfaces.add(type.value);
    const selections = directives.filter((one) => one.name.value === 'key').map(selectionOf);
    if (selections.length > 0) keys.set(type.value, selections);
    for (const field of fields)
      for (const directive of field.directives ?? []) {
        if (directive.name.value === 'requires')
          requires.set(`${type.value}.${field.name.value}`, selectionOf(directive));
        if (directive.name.value === 'provides')
          for (const one of selectionOf(directive).selections)
            if (one.kind === 'Field') provided.add(`${print(field.type).replace(/[[\]!]/g, '')}.${one.name.value}`);
      }
  }
  return { name, schema: subgraphSchema(sdl, {}), objectInterfaces, requires, provided, keys };
}

function selectionOf({ arguments: given = [] }: ConstDirectiveNode): SelectionSetNode {
  const value = given.find(({ name }) => name.value === 'fields')?.value;
  if (value?.kind !== 'StringValue') throw new Error('a field set is a string');
  const [operation] = parse(`{ ${value.value} }`).definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('a field set is a selection');
  return operation.selectionSet;
}

/** The object types that a value of this type can be, as one subgraph knows them. */
export function concreteTypes(graph: Graph, { schema, objectInterfaces }: SubgraphFacts, name: string): string[] {
  const type = schema.getType(name);
  if (objectInterfaces.has(name))
    return [...graph.interfaces].flatMap(([object, faces]) => (faces.has(name) ? [object] : []));
  if (isAbstractType(type)) return schema.getPossibleTypes(type).map((one) => one.name);
  return isObjectType(type) || isInterfaceType(type) ? [name] : [];
}

/** The type that answers a field: the object's own, or the interface for which a subgraph answers as an object. */
export function ownerOf(graph: Graph, type: string, field: string): string | undefined {
  return [type, ...(graph.interfaces.get(type) ?? [])].find((name) => graph.declared.has(`${name}.${field}`));
}

/** What this subgraph calls an object of the type. */
export function nameIn(graph: Graph, { schema, objectInterfaces }: SubgraphFacts, type: string): string {
  if (isObjectType(schema.getType(type))) return type;
  return [...(graph.interfaces.get(type) ?? [])].find((name) => objectInterfaces.has(name)) ?? type;
}
