import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isCompositeType, isObjectType } from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { anyText } from './json-text.ts';
import { mergeInto } from './merge.ts';
import { compileRewrites, define, isOfType, type Rewrite } from './rewrites.ts';
import { applies } from './shape.ts';
import type { Json } from './walk.ts';
import { property } from './writer.ts';

/** How entities are told to a subgraph. */
export interface Represent {
  /** The JSON text by which the subgraph knows an entity; undefined where the entity lacks what the subgraph needs of it. */
  text(entity: Json): string | undefined;
  /** A value that is the same for entities with the same text; others may share it. */
  hint(entity: Json): unknown;
  /** True only for entities with the same text. Cheap: where it would have to look deeper, it says no. */
  same(one: Json, other: Json): boolean;
}

/** Compiles what a fetch requires of the entities it is about; `type` is what those are that do not name themselves. */
export function compileRepresentation(
  { schema, planner }: Pick<Supergraph, 'schema' | 'planner'>,
  { serviceName, requires = [], inputRewrites = [] }: FetchNode,
  type?: string,
): Represent {
  // To a subgraph that knows an interface as one object each is one, though by now another may have told its own name.
  const oneObjects = requires.flatMap((one) =>
    one.kind === 'InlineFragment' && one.typeCondition && planner.members.isOneObject(serviceName, one.typeCondition)
      ? [one.typeCondition]
      : [],
  );
  const fast = inputRewrites.length > 0 ? undefined : fastRepresentation(schema, requires, oneObjects, type);
  if (fast) return fast;
  const rewrite = compileRewrites(schema, [...inputRewrites, ...oneObjects.map(calledByItsName)]);
  return exactRepresentation(schema, requires, rewrite, type);
}

const calledByItsName = (name: string): FetchDataRewrite => ({
  kind: 'ValueSetter',
  path: [`... on ${name}`, '__typename'],
  setValueTo: name,
});

function exactRepresentation(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  rewrite: Rewrite | null,
  type: string | undefined,
): Represent {
  function text(entity: Json): string | undefined {
    const named = type === undefined || entity.__typename ? entity : { ...entity, __typename: type };
    const representation = select(schema, named, requires);
    if (!representation?.__typename) return undefined;
    rewrite?.(representation);
    return JSON.stringify(representation);
  }
  return { text, hint: text, same: (one, other) => one === other };
}

/** What `selections` say of `source`; null where a field is missing, because fetching it failed before. */
function select(schema: GraphQLSchema, source: Json, selections: readonly QueryPlanSelectionNode[]): Json | null {
  const result: Json = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      // The alias says where a value is read, the name what the subgraph calls it.
      const key = selection.alias ?? selection.name;
      const value = Object.hasOwn(source, key) ? source[key] : undefined;
      if (value === undefined) return null;
      define(result, selection.name, selection.selections ? selectIn(schema, value, selection.selections) : value);
    } else if (selection.typeCondition && isOfType(schema, source, selection.typeCondition, false)) {
      const part = select(schema, source, selection.selections);
      if (part) mergeInto(result, part);
    }
  }
  return result;
}

function selectIn(schema: GraphQLSchema, value: unknown, selections: readonly QueryPlanSelectionNode[]): unknown {
  if (Array.isArray(value)) return value.map((item) => selectIn(schema, item, selections));
  return typeof value === 'object' && value !== null ? select(schema, value as Json, selections) : null;
}

/**
 * Nearly every fetch requires, for each object type, `__typename` and a few fields. Then the text is written straight from the
 * entity, by a function made for just these fields. Undefined where two fragments apply to one type.
 */
function fastRepresentation(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  oneObjects: readonly string[],
  entityType: string | undefined,
): Represent | undefined {
  const cases: string[] = [];
  const taken = new Set<string>();
  const fields = new Set<string>();
  const nested: (readonly QueryPlanSelectionNode[])[] = [];
  for (const selection of requires) {
    if (selection.kind !== 'InlineFragment' || !selection.typeCondition) return undefined;
    for (const type of typesUnder(schema, selection.typeCondition)) {
      if (taken.has(type)) return undefined;
      taken.add(type);
      const name = oneObjects.includes(selection.typeCondition) ? selection.typeCondition : type;
      const write = writeFields(name, selection.selections, nested);
      if (!write) return undefined;
      cases.push(`case ${JSON.stringify(type)}:${write}`);
    }
    for (const one of selection.selections) if (one.kind === 'Field') fields.add(one.alias ?? one.name);
  }
  fields.delete('__typename');
  const [first] = fields;
  const compared = ['__typename', ...fields].map((key) => `${property('one', key)}===${property('other', key)}`);
  const named = entityType === undefined ? 'given.__typename' : `given.__typename||${JSON.stringify(entityType)}`;
  const source = `'use strict';return {
    text(given){let value;switch(${named}){${cases.join('')}}return undefined},
    hint(given){return ${first === undefined ? 'given.__typename' : property('given', first)}},
    same(one,other){return one===other||(${compared.join('&&')})}}`;
  const part = (value: unknown, index: number) => anyText(selectIn(schema, value, nested[index] ?? []));
  return new Function('text', 'part', source)(anyText, part) as Represent;
}

function writeFields(
  type: string,
  selections: readonly QueryPlanSelectionNode[],
  nested: (readonly QueryPlanSelectionNode[])[],
): string | undefined {
  let out = '';
  let typename = false;
  for (const [index, selection] of selections.entries()) {
    if (selection.kind !== 'Field') return undefined;
    const key = selection.alias ?? selection.name;
    const start = `${index === 0 ? '{' : ','}${JSON.stringify(selection.name)}:`;
    if (key === '__typename') {
      typename = true;
      out += `out+=${JSON.stringify(start + JSON.stringify(type))};`;
      continue;
    }
    const text = selection.selections ? `part(value,${nested.push(selection.selections) - 1})` : 'text(value)';
    out += `value=${property('given', key)};if(value===undefined)return undefined;out+=${JSON.stringify(start)}+${text};`;
  }
  return typename ? `{let out='';${out}return out+'}'}` : undefined;
}

/** The type itself and every type that is one of it, as the supergraph knows them. */
function typesUnder(schema: GraphQLSchema, condition: string): readonly string[] {
  const type = schema.getType(condition);
  if (!isCompositeType(type) || isObjectType(type)) return [condition];
  const below = Object.values(schema.getTypeMap()).filter(
    (one) => isCompositeType(one) && one !== type && applies(schema, type, one),
  );
  return [condition, ...below.map(({ name }) => name)];
}
