import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { LimitsSettings } from '../settings/limits.ts';
import { tooNested } from './document-text.ts';
import { type Refusal, tooLarge } from './refusal.ts';

type Limits = LimitsSettings['document'];
export type ExecutableNode = OperationDefinitionNode | FragmentDefinitionNode;

/** Fields of `__Type` that answer with a list: each one below another multiplies the answer by the whole schema. */
const INTROSPECTION_LISTS = new Set(['fields', 'interfaces', 'possibleTypes', 'inputFields']);

/** A fragment that is spread, with what stands above it in the definition that spreads it. */
export interface Spread {
  readonly name: string;
  readonly depth: number;
  readonly nesting: number;
  readonly introspectionLists: number;
  readonly isAtRoot: boolean;
}

/** The size of one operation or fragment as written, without the fragments that it spreads. */
export interface Shape {
  readonly node: ExecutableNode;
  height: number;
  depth: number;
  nesting: number;
  aliases: number;
  directives: number;
  rootFields: number;
  /** Lists of the introspection below each other. */
  introspectionLists: number;
  introspects: boolean;
  readonly spreads: Spread[];
}

interface Place {
  readonly depth: number;
  readonly nesting: number;
  readonly introspectionLists: number;
  readonly isInIntrospection: boolean;
}

/** Measures each definition for itself, in one walk; or says what already here is too much. */
export function shapesOf({ definitions }: DocumentNode, limits: Limits): readonly Shape[] | Refusal {
  const shapes: Shape[] = [];
  for (const node of definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION && node.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const measured = shapeOf(node, limits);
    if ('code' in measured) return measured;
    shapes.push(measured);
  }
  return shapes;
}

function shapeOf(node: ExecutableNode, limits: Limits): Shape | Refusal {
  const shape: Shape = {
    node,
    height: 0,
    depth: 0,
    nesting: 0,
    aliases: 0,
    directives: 0,
    rootFields: 0,
    introspectionLists: 0,
    introspects: false,
    spreads: [],
  };
  const definitions = node.variableDefinitions ?? [];
  if (definitions.length > limits.variables)
    return tooLarge('variables', limits.variables, `An operation has more than ${limits.variables} variables.`);
  const isInIntrospection = node.kind === Kind.FRAGMENT_DEFINITION && node.typeCondition.name.value.startsWith('__');
  const start: Place = { depth: 0, nesting: 1, introspectionLists: 0, isInIntrospection };
  return (
    takeDirectives(node.directives, shape, limits) ??
    firstRefusal(
      definitions,
      ({ directives, defaultValue }) =>
        takeDirectives(directives, shape, limits) ??
        (defaultValue ? checkValue(defaultValue, limits, limits.nesting) : null),
    ) ??
    takeSelections(node.selectionSet, start, shape, limits) ??
    shape
  );
}

function takeSelections({ selections }: SelectionSetNode, place: Place, shape: Shape, limits: Limits): Refusal | null {
  // Stops here, so that no document, however it came about, can end the stack.
  if (place.nesting > limits.nesting) return tooNested(limits.nesting);
  shape.nesting = Math.max(shape.nesting, place.nesting);
  return firstRefusal(selections, (node) => {
    const refusal = takeDirectives(node.directives, shape, limits);
    if (refusal) return refusal;
    if (node.kind === Kind.FIELD) return takeField(node, place, shape, limits);
    if (node.kind === Kind.INLINE_FRAGMENT)
      return takeSelections(node.selectionSet, { ...place, nesting: place.nesting + 1 }, shape, limits);
    const { depth, nesting, introspectionLists } = place;
    shape.spreads.push({ name: node.name.value, depth, nesting, introspectionLists, isAtRoot: depth === 0 });
    return null;
  });
}

function takeField(node: FieldNode, place: Place, shape: Shape, limits: Limits): Refusal | null {
  const name = node.name.value;
  const isEntry = name === '__schema' || name === '__type';
  const isList = place.isInIntrospection && INTROSPECTION_LISTS.has(name);
  const below: Place = {
    depth: place.depth + 1,
    nesting: place.nesting + 1,
    introspectionLists: place.introspectionLists + (isList ? 1 : 0),
    isInIntrospection: place.isInIntrospection || isEntry,
  };
  shape.height += 1;
  if (node.alias) shape.aliases += 1;
  if (place.depth === 0) shape.rootFields += 1;
  if (isEntry) shape.introspects = true;
  shape.depth = Math.max(shape.depth, below.depth);
  shape.introspectionLists = Math.max(shape.introspectionLists, below.introspectionLists);
  return (
    checkArguments(node.arguments, limits) ??
    (node.selectionSet ? takeSelections(node.selectionSet, below, shape, limits) : null)
  );
}

function takeDirectives(
  directives: readonly DirectiveNode[] | undefined,
  shape: Shape,
  limits: Limits,
): Refusal | null {
  if (!directives || directives.length === 0) return null;
  const allowed = limits.directivesPerField;
  if (directives.length > allowed)
    return tooLarge('directivesPerField', allowed, `A part of the document carries more than ${allowed} directives.`);
  shape.directives += directives.length;
  return firstRefusal(directives, (directive) => checkArguments(directive.arguments, limits));
}

const checkArguments = (given: readonly ArgumentNode[] | undefined, limits: Limits): Refusal | null =>
  given ? firstRefusal(given, ({ value }) => checkValue(value, limits, limits.nesting)) : null;

/** `left` is how deep the value may still nest. */
function checkValue(value: ValueNode, limits: Limits, left: number): Refusal | null {
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return null;
  if (left === 0) return tooNested(limits.nesting);
  if (value.kind === Kind.OBJECT)
    return firstRefusal(value.fields, (field) => checkValue(field.value, limits, left - 1));
  if (value.values.length > limits.listItems)
    return tooLarge('listItems', limits.listItems, `A list in the document has more than ${limits.listItems} items.`);
  return firstRefusal(value.values, (item) => checkValue(item, limits, left - 1));
}

function firstRefusal<T>(items: readonly T[], check: (item: T) => Refusal | null): Refusal | null {
  for (const item of items) {
    const refusal = check(item);
    if (refusal) return refusal;
  }
  return null;
}
