import type { FetchNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { Asked } from './asked.ts';
import { eachField, readEntityQuery } from './entity-query.ts';
import type { Requirements } from './requirements.ts';
import { type Claims, claimsOf, keepSent, mergeSent, needsOf } from './sent-fields.ts';
import type { StandIn } from './stand-ins.ts';
import type { TypeMembers } from './type-members.ts';

export interface SplitContext {
  readonly standIns: ReadonlyMap<string, StandIn>;
  readonly requirements: Requirements;
  readonly members: TypeMembers;
  readonly asked: Asked;
}

/** Fields that one fetch can ask for. */
interface Group {
  /** The object types they are asked of; null where that is every type. */
  readonly objects: readonly string[] | null;
  readonly fields: Set<FieldNode>;
  /** What they require, place by place. */
  readonly needs: Map<string, Set<string>>;
}

/**
 * What is sent to a subgraph of an entity has each field once, and one fetch asks all entities for the same. So where a fetch
 * asks for two fields that require a third with different arguments, or asks a subgraph that knows an interface as one object
 * for fields that the caller wants of different types, it becomes several fetches, each sent with what its own fields require.
 */
export function splitFetch(node: FetchNode, place: string, context: SplitContext): readonly FetchNode[] {
  const { requires, serviceName } = node;
  if (!requires || !mayNeedSplit(node, requires, context)) return [node];
  const entityQuery = readEntityQuery(node.operation);
  if (!entityQuery) return [node];
  const { operation, entities, selectionSet } = entityQuery;
  const groups = groupsOf(selectionSet, serviceName, place, context);
  if (groups.length === 1 && !groups[0]?.objects) return [node];
  const needs = groups.map((one) => one.needs);
  return groups.map((group) => {
    const own = keep(selectionSet, (field) => group.fields.has(field));
    return {
      ...node,
      ...operationText(operation, { ...entities, selectionSet: own }),
      requires: sentFor(group, needs, requires, own, serviceName, context),
    };
  });
}

function mayNeedSplit(
  { serviceName }: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  { standIns, members, requirements: { types } }: SplitContext,
): boolean {
  if ([...claimsOf(requires, standIns).values()].some((names) => names.size > 1)) return true;
  return requires.some(
    (one) =>
      one.kind === 'InlineFragment' &&
      [one.typeCondition ?? '', ...(types.get(one.typeCondition ?? '')?.interfaces ?? [])].some((type) =>
        members.isOneObject(serviceName, type),
      ),
  );
}

function groupsOf(
  selectionSet: SelectionSetNode,
  subgraph: string,
  place: string,
  { standIns, requirements, members, asked }: SplitContext,
): readonly Group[] {
  const groups: Group[] = [];
  eachField(selectionSet, '', (field, type) => {
    const wanted = requirements.of(subgraph, type, field.name.value);
    const needs = needsOf(wanted ? [wanted] : [], standIns);
    const one = members.isOneObject(subgraph, type);
    const wantedOf = one ? asked.objectsFor(place, field) : undefined;
    const objects = wantedOf && !isSame(wantedOf, members.objects(type)) ? wantedOf : null;
    const fits = (group: Group) => isSame(group.objects, objects) && agrees(group.needs, needs);
    const open = groups.find(fits) ?? { objects, fields: new Set<FieldNode>(), needs: new Map<string, Set<string>>() };
    if (!groups.includes(open)) groups.push(open);
    open.fields.add(field);
    for (const [at, names] of needs) open.needs.set(at, new Set([...(open.needs.get(at) ?? []), ...names]));
  });
  return groups;
}

const isSame = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  one === other || (!!one && !!other && [...one].sort().join() === [...other].sort().join());

const agrees = (one: Claims, other: Claims): boolean =>
  [...other].every(([place, names]) => new Set([...names, ...(one.get(place) ?? names)]).size === 1);

/** What a group's fetch sends: keys, and what its own fields require, of the types that it asks about. */
function sentFor(
  group: Group,
  everyones: readonly Claims[],
  requires: readonly QueryPlanSelectionNode[],
  asks: SelectionSetNode,
  subgraph: string,
  { standIns, requirements, members }: SplitContext,
): QueryPlanSelectionNode[] {
  const conditions = asks.selections.flatMap((one) =>
    one.kind === Kind.INLINE_FRAGMENT && one.typeCondition ? [one.typeCondition.name.value] : [],
  );
  const keys = needsOf(
    conditions.flatMap((type) => requirements.keysOf(subgraph, type)),
    standIns,
  );
  const keeps = (place: string, name: string): boolean => {
    const own = group.needs.get(place);
    if (own) return own.has(name);
    if (keys.has(place)) return keys.get(place)?.has(name) ?? false;
    return !everyones.some((needs) => needs.get(place)?.has(name));
  };
  const open = conditions.some((type) => requirements.types.get(type)?.abstract);
  const meant = requires.filter(
    (one) => open || one.kind === 'Field' || !one.typeCondition || conditions.includes(one.typeCondition),
  );
  const kept = keepSent(meant, standIns, keeps);
  const one = conditions.find((type) => members.isOneObject(subgraph, type));
  if (one === undefined) return kept;
  const known = ofObjects(group.objects ?? members.objects(one), kept, members).filter(({ selections }) =>
    requirements.keysOf(subgraph, one).some((key) => hasKey(selections, key)),
  );
  return !group.objects && known.length === members.objects(one).length ? kept : known;
}

/** Objects of a type of which nothing is asked may come without a key. */
const hasKey = (selections: readonly QueryPlanSelectionNode[], key: SelectionSetNode): boolean =>
  key.selections.every(
    (field) =>
      field.kind === Kind.FIELD && selections.some((one) => one.kind === 'Field' && one.name === field.name.value),
  );

/** The same, but of some object types alone. */
function ofObjects(
  objects: readonly string[],
  selections: readonly QueryPlanSelectionNode[],
  members: TypeMembers,
): QueryPlanInlineFragmentNode[] {
  return objects.flatMap((object): QueryPlanInlineFragmentNode[] => {
    const applying = selections.flatMap((one) =>
      one.kind === 'InlineFragment' && members.objects(one.typeCondition ?? '').includes(object) ? one.selections : [],
    );
    if (applying.length === 0) return [];
    return [{ kind: 'InlineFragment', typeCondition: object, selections: mergeSent(applying) }];
  });
}

function keep({ selections, ...rest }: SelectionSetNode, keeps: (field: FieldNode) => boolean): SelectionSetNode {
  const kept = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return keeps(selection) ? [selection] : [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    const selectionSet = keep(selection.selectionSet, keeps);
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
  });
  return { ...rest, selections: kept };
}

function operationText(operation: OperationDefinitionNode, entities: FieldNode) {
  const variables = new Set<string>();
  visit(entities, { Variable: ({ name }) => void variables.add(name.value) });
  const definitions = operation.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value));
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [entities] };
  variables.delete('representations');
  return {
    operation: stripIgnoredCharacters(print({ ...operation, variableDefinitions: definitions ?? [], selectionSet })),
    variableUsages: [...variables],
  };
}
