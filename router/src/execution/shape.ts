import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from '../planning/decided-document.ts';
import { type LeafShape, leafShape } from './leaf.ts';

/** The form of an answer: what a selection asks for, with fragments expanded and `@skip` and `@include` decided. */
export type ValueShape =
  | { readonly kind: 'non-null'; readonly of: ValueShape }
  | { readonly kind: 'list'; readonly of: ValueShape }
  | LeafShape
  | ObjectShape;

export interface ObjectShape {
  readonly kind: 'object';
  readonly id: number;
  /** The type that the schema gives this place. */
  readonly type: string;
  /** Whether the answer's own `__typename` says which fields are meant. */
  readonly abstract: boolean;
  /** The fields by runtime type. Types whose fields are the same share one array. */
  readonly variants: ReadonlyMap<string, Variant>;
}

export interface Variant {
  /** Null for an interface that stands for objects it does not name, as after `@interfaceObject`: it has no `__typename`. */
  readonly objectType: string | null;
  readonly fields: readonly FieldShape[];
}

export type FieldShape =
  | { readonly kind: 'typename'; readonly key: string }
  | { readonly kind: 'introspection'; readonly key: string; readonly node: FieldNode }
  | {
      readonly kind: 'field';
      readonly key: string;
      /** The name that the field has in the data; `key` is its name in the answer. */
      readonly source: string;
      readonly name: string;
      readonly value: ValueShape;
    };

/** Values of the variables that decide over `@skip` and `@include`. */
export type Conditions = ReadonlyMap<string, boolean>;

/**
 * Nobody told which type the object has, and the fields depend on it: what it answers with cannot be known, so it is read as
 * one that asks for the name that it has not.
 */
const UNTOLD: Variant = { objectType: null, fields: [{ kind: 'typename', key: '__typename' }] };

/** A selection set with the type whose fields it selects. */
interface Selected {
  readonly set: SelectionSetNode;
  readonly on: GraphQLCompositeType;
}

interface Collected {
  readonly node: FieldNode;
  readonly on: GraphQLCompositeType;
  readonly below: Selected[];
}

export function createShapes(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  conditions: Conditions,
  sourceOf: (field: FieldNode) => string = ({ alias, name }) => (alias ?? name).value,
) {
  const ids = new Map<object, number>();
  const idOf = (node: object) => {
    const id = ids.get(node) ?? ids.size;
    ids.set(node, id);
    return id;
  };
  /** One shape per place; fragments that are spread twice would otherwise multiply their insides. */
  const made = new Map<string, ObjectShape>();

  function shapeOf(type: GraphQLCompositeType, selected: readonly Selected[]): ObjectShape {
    const key = `${type.name}:${selected.map(({ set, on }) => `${idOf(set)}${on.name}`).join()}`;
    const known = made.get(key);
    if (known) return known;
    const variants = new Map<string, Variant>();
    const shape: ObjectShape = {
      kind: 'object',
      id: made.size,
      type: type.name,
      abstract: isAbstractType(type),
      variants,
    };
    made.set(key, shape);
    const shared = new Map<string, readonly FieldShape[]>();
    for (const runtime of runtimeTypes(schema, type)) {
      const collected = new Map<string, Collected>();
      for (const { set, on } of selected) collect(runtime, set, on, collected);
      const signature = [...collected].map(
        ([name, { on, below, node }]) => `${name}:${idOf(node)}${on.name}:${below.map(({ set }) => idOf(set))}`,
      );
      const id = signature.join();
      const fields = shared.get(id) ?? [...collected].map(([name, found]) => fieldShape(name, found));
      shared.set(id, fields);
      variants.set(runtime.name, { objectType: isObjectType(runtime) ? runtime.name : null, fields });
    }
    markUntold(schema, variants);
    // A subgraph that knows an interface as an object (`@interfaceObject`) calls the object by the interface's name.
    if (isObjectType(type))
      for (const { name } of type.getInterfaces()) variants.set(name, variants.get(type.name) as Variant);
    return shape;
  }

  function collect(
    runtime: GraphQLCompositeType,
    set: SelectionSetNode,
    on: GraphQLCompositeType,
    into: Map<string, Collected>,
  ) {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives, conditions)) continue;
      if (selection.kind === 'Field') {
        const key = selection.alias?.value ?? selection.name.value;
        const found = into.get(key) ?? { node: selection, on, below: [] };
        into.set(key, found);
        if (selection.selectionSet) {
          const type = fieldType(on, selection.name.value);
          const named = type && getNamedType(type);
          if (isCompositeType(named)) found.below.push({ set: selection.selectionSet, on: named });
        }
        continue;
      }
      const fragment = selection.kind === 'InlineFragment' ? selection : fragments.get(selection.name.value);
      if (!fragment) continue;
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : on;
      if (isCompositeType(condition) && applies(schema, condition, runtime))
        collect(runtime, fragment.selectionSet, condition, into);
    }
  }

  function fieldShape(key: string, { node, on, below }: Collected): FieldShape {
    const name = node.name.value;
    if (name === '__typename') return { kind: 'typename', key };
    if (name === '__schema' || name === '__type') return { kind: 'introspection', key, node };
    const type = fieldType(on, name);
    // Documents are validated before they come here.
    if (!type) throw new Error(`no field ${on.name}.${name}`);
    return { kind: 'field', key, source: sourceOf(node), name: `${on.name}.${name}`, value: valueShape(type, below) };
  }

  function valueShape(type: GraphQLOutputType, below: readonly Selected[]): ValueShape {
    if (isNonNullType(type)) return { kind: 'non-null', of: valueShape(type.ofType, below) };
    if (isListType(type)) return { kind: 'list', of: valueShape(type.ofType, below) };
    return isCompositeType(type) ? shapeOf(type, below) : leafShape(type);
  }

  return (operation: OperationDefinitionNode): ObjectShape => {
    const root = schema.getRootType(operation.operation);
    if (!root) throw new Error(`the schema has no ${operation.operation} type`);
    return shapeOf(root, [{ set: operation.selectionSet, on: root }]);
  };
}

/** Every type that an object at this place can be; interfaces too, for `@interfaceObject` answers that name no object type. */
function runtimeTypes(schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  if (!isAbstractType(type)) return [type];
  const interfaces = isInterfaceType(type) ? [type, ...schema.getImplementations(type).interfaces] : [];
  return [...schema.getPossibleTypes(type), ...interfaces];
}

/** An interface stands for its objects only where it makes no difference which of them is meant. */
function markUntold(schema: GraphQLSchema, variants: Map<string, Variant>): void {
  for (const [name, { objectType, fields }] of variants) {
    const type = objectType === null && schema.getType(name);
    if (!isAbstractType(type)) continue;
    const differs = schema.getPossibleTypes(type).some((one) => variants.get(one.name)?.fields !== fields);
    if (differs) variants.set(name, UNTOLD);
  }
}

export const applies = (
  schema: GraphQLSchema,
  condition: GraphQLCompositeType,
  runtime: GraphQLCompositeType,
): boolean =>
  condition === runtime ||
  (isAbstractType(condition) &&
    (isObjectType(runtime) || isInterfaceType(runtime)) &&
    schema.isSubType(condition, runtime));

const fieldType = (on: GraphQLCompositeType, name: string): GraphQLOutputType | undefined =>
  isUnionType(on) ? undefined : on.getFields()[name]?.type;
