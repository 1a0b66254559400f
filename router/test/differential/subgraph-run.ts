import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphAnswer } from '../../src/subgraphs/subgraph-client.ts';
import type { Faults } from './faults.ts';
import { type Graph, nameIn, type SubgraphFacts } from './graph.ts';
import { canonical } from './hash.ts';
import { ABSENT, lieFor } from './lies.ts';
import { Ref, type World, type WorldValue } from './world.ts';

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

/** A null that this place cannot have. */
const NULLED = Symbol('nulled');

export interface Given {
  readonly variables: Json;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly effects: string[] | null;
  readonly touched: Set<string>;
}

/** One request to a subgraph, executed from the world and, where a fault says so, against it. */
export class SubgraphRun {
  readonly #facts: SubgraphFacts;
  readonly #graph: Graph;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #given: Given;
  readonly #errors: GraphQLFormattedError[] = [];
  /** Whether entities were asked for: any other field may have their name as its alias. */
  #fetched = false;

  constructor(facts: SubgraphFacts, graph: Graph, world: World, faults: Faults, given: Given) {
    this.#facts = facts;
    this.#graph = graph;
    this.#world = world;
    this.#faults = faults;
    this.#given = given;
  }

  answer(operation: OperationDefinitionNode): SubgraphAnswer {
    const type = this.#facts.schema.getRootType(operation.operation) as GraphQLObjectType;
    const root = new Ref(operation.operation === 'mutation' ? 'Mutation' : 'Query', 'root');
    const data = this.#object(type, root, null, [operation.selectionSet], []);
    const answer: { data: unknown; errors?: unknown } = { data: data === NULLED ? null : data };
    if (this.#errors.length > 0) answer.errors = this.#errors;
    return this.#spoil(answer);
  }

  #spoil(answer: { data?: unknown; errors?: unknown }): SubgraphAnswer {
    const does = (kind: Parameters<Faults['of']>[1]) => this.#faults.of(this.#facts.name, kind);
    const entities = (answer.data as Json | null)?._entities;
    if (this.#fetched && Array.isArray(entities)) {
      const data = answer.data as Json;
      // Never both: they would be as many as asked for, and which of them is wrong depends on how often each was asked for.
      if (does('tooFew')) entities.pop();
      else if (does('tooMany')) entities.push({ __typename: 'Nope' });
      if (does('entitiesNoList')) data._entities = { 0: entities[0] };
      if (does('entityNoObject')) data._entities = entities.map((_, index) => ['text', 3, [], true][index % 4]);
    }
    if (does('errorWithoutPath')) answer.errors = [...((answer.errors as unknown[]) ?? []), { message: 'no place' }];
    if (does('errorsMalformed'))
      answer.errors = [null, 'text', { message: 4, path: 'x' }, { path: [{}] }, { extensions: 3 }];
    if (does('dataNull')) answer.data = null;
    if (does('dataNoObject')) answer.data = 'text';
    if (does('dataAbsent')) delete answer.data;
    return answer as SubgraphAnswer;
  }

  /** `given` is the representation that an entity came with. */
  #object(
    type: GraphQLObjectType,
    ref: Ref,
    given: Json | null,
    sets: readonly SelectionSetNode[],
    path: Path,
  ): Json | typeof NULLED {
    const output: Json = Object.create(null);
    let nulled = false;
    for (const [key, nodes] of this.#collect(type, sets)) {
      const value = this.#field(type, ref, given, nodes, [...path, key]);
      // Of mutations none is carried out after one that has lost the answer.
      if (value === NULLED && ref.type === 'Mutation') return NULLED;
      if (value === NULLED) nulled = true;
      else if (value !== ABSENT) output[key] = value;
    }
    return nulled ? NULLED : output;
  }

  #field(type: GraphQLObjectType, ref: Ref, given: Json | null, nodes: readonly FieldNode[], path: Path): unknown {
    const [node] = nodes as [FieldNode];
    const name = node.name.value;
    if (name === '__typename') return type.name;
    const definition = type.getFields()[name];
    if (!definition) throw new Error(`${this.#facts.name} has no ${type.name}.${name}`);
    this.#given.touched.add(`${this.#facts.name} ${type.name}.${name}`);
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    const args = this.#argumentsOf(definition, node, path);
    if (args === null) return isNonNullType(definition.type) ? NULLED : null;
    if (name === '_entities') {
      this.#fetched = true;
      return this.#entities(args.representations as Json[], sets, path);
    }
    if (ref.type === 'Mutation') this.#given.effects?.push(`${this.#facts.name}.${name}${canonical(args)}`);
    const fault = this.#faults.at(this.#facts.name, `${type.name}.${name}`, ref.id);
    if (fault?.kind === 'throws' || fault?.kind === 'tells') this.#tell(`${type.name}.${name} is broken`, path);
    if (fault?.kind === 'throws') return isNonNullType(definition.type) ? NULLED : null;
    const selection = this.#facts.requires.get(`${type.name}.${name}`);
    const required = selection ? canonical(this.#required(type.name, ref, given, selection)) : '';
    const value = this.#world.value(ref, name, args, required);
    const honest = this.#complete(definition.type, value, sets, path);
    const isEnum = isEnumType(getNamedType(definition.type));
    if (!fault || honest === NULLED || (fault.kind === 'unknownEnum' && !isEnum)) return honest;
    return lieFor(fault.kind, honest, ref.id);
  }

  /** Null where a variable is null and its place cannot be, which validation lets pass where that has a default. */
  #argumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode, path: Path): Json | null {
    try {
      return getArgumentValues(definition, node, this.#given.variables);
    } catch (error) {
      this.#tell((error as Error).message, path);
      return null;
    }
  }

  /** From the representation; on a path that provides it, from what this subgraph knows itself. */
  #required(type: string, ref: Ref, given: Json | null, selection: SelectionSetNode): unknown {
    const isProvided = selection.selections.every(
      (one) => one.kind === 'Field' && this.#facts.provided.has(`${type}.${one.name.value}`),
    );
    return given === null && isProvided ? this.#world.pick(ref, selection) : pick(given, selection);
  }

  #entities(representations: readonly Json[], sets: readonly SelectionSetNode[], path: Path): unknown {
    const { name, schema, keys } = this.#facts;
    return representations.map((representation, index) => {
      const typename = String(representation.__typename);
      const type = schema.getType(typename) as GraphQLObjectType | undefined;
      const ref = this.#world.find(typename, representation, keys.get(typename) ?? []);
      if (!type || !ref || this.#faults.of(name, 'entityNull', ref.id)) return null;
      if (this.#faults.of(name, 'entityThrows', ref.id)) {
        this.#tell('no such entity', [...path, index]);
        return null;
      }
      const concrete = isAbstractType(type) ? (schema.getType(ref.type) as GraphQLObjectType) : type;
      const entity = this.#object(concrete, ref, representation, sets, [...path, index]);
      return entity === NULLED ? null : entity;
    });
  }

  #complete(type: GraphQLOutputType, value: WorldValue, sets: readonly SelectionSetNode[], path: Path): unknown {
    if (isNonNullType(type)) {
      const completed = this.#complete(type.ofType, value, sets, path);
      if (completed !== null) return completed;
      if (value === null) this.#tell('null where none may be', path);
      return NULLED;
    }
    if (value === null) return null;
    if (isListType(type)) {
      const items = (value as readonly WorldValue[]).map((item, index) =>
        this.#complete(type.ofType, item, sets, [...path, index]),
      );
      return items.includes(NULLED) ? null : items;
    }
    if (!isCompositeType(getNamedType(type)) || !(value instanceof Ref)) return value;
    const object = this.#facts.schema.getType(nameIn(this.#graph, this.#facts, value.type)) as GraphQLObjectType;
    const completed = this.#object(object, value, null, sets, path);
    return completed === NULLED ? null : completed;
  }

  #tell(message: string, path: Path): void {
    this.#errors.push({ message, path: [...path], extensions: { code: 'CONFLICT' } });
  }

  #collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[], into = new Map<string, FieldNode[]>()) {
    for (const { selections } of sets)
      for (const selection of selections) {
        if (!this.#included(selection)) continue;
        if (selection.kind === 'Field') {
          const key = selection.alias?.value ?? selection.name.value;
          into.set(key, [...(into.get(key) ?? []), selection]);
          continue;
        }
        const fragment =
          selection.kind === 'InlineFragment' ? selection : this.#given.fragments.get(selection.name.value);
        if (fragment && this.#applies(type, fragment.typeCondition?.name.value))
          this.#collect(type, [fragment.selectionSet], into);
      }
    return into;
  }

  #included({ directives = [] }: { readonly directives?: FieldNode['directives'] }): boolean {
    return (directives as NonNullable<FieldNode['directives']>).every(({ name, arguments: [argument] = [] }) => {
      const value = argument?.value;
      const holds =
        value?.kind === 'Variable'
          ? this.#given.variables[value.name.value]
          : value?.kind === 'BooleanValue' && value.value;
      return name.value === 'skip' ? !holds : name.value === 'include' ? holds : true;
    });
  }

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const { schema } = this.#facts;
    const abstract = schema.getType(condition);
    return isAbstractType(abstract) && schema.isSubType(abstract, type);
  }
}

/** What a representation says of the required fields. */
function pick(given: unknown, { selections }: SelectionSetNode): unknown {
  if (Array.isArray(given))
    return given.map((item) => pick(item, { kind: 'SelectionSet', selections } as SelectionSetNode));
  if (typeof given !== 'object' || given === null) return given ?? null;
  return Object.fromEntries(
    selections.flatMap((selection) => {
      if (selection.kind !== 'Field') return [];
      const value = (given as Json)[selection.name.value];
      return [[selection.name.value, selection.selectionSet ? pick(value, selection.selectionSet) : value] as const];
    }),
  );
}
