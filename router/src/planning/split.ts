import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { Requirements } from './requirements.ts';
import type { StandIn } from './stand-ins.ts';

type StandIns = ReadonlyMap<string, StandIn>;

/** By the place of a field in what is sent of an entity: the names that want to be there. */
type Claims = ReadonlyMap<string, ReadonlySet<string>>;
/** The name that each place of a request has. */
type Choice = Map<string, string>;

/**
 * What is sent to a subgraph of an entity has each field once. Where one fetch asks for two fields that require a third with
 * different arguments, it becomes two fetches, each sent with what its own fields require.
 */
export function splitFetch(node: FetchNode, standIns: StandIns, requirements: Requirements): readonly FetchNode[] {
  const { requires, serviceName } = node;
  if (!requires) return [node];
  const contested = contestedPlaces(claimsOf(requires, standIns));
  if (contested.size === 0) return [node];
  const operation = withoutSpreads(node.operation);
  const [entities] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return [node];

  const choices: Choice[] = [];
  const choiceOf = new Map<FieldNode, Choice>();
  eachField(entities.selectionSet, '', (field, type) => {
    const wanted = requirements.of(serviceName, type, field.name.value);
    const needs = wanted ? needsOf(wanted, standIns, contested) : new Map<string, string>();
    const open = choices.find((one) => [...needs].every(([place, name]) => (one.get(place) ?? name) === name));
    const choice = open ?? new Map<string, string>();
    if (!open) choices.push(choice);
    for (const [place, name] of needs) choice.set(place, name);
    choiceOf.set(field, choice);
  });
  return choices.map((choice) => {
    const selectionSet = keep(entities.selectionSet as SelectionSetNode, (field) => choiceOf.get(field) === choice);
    return {
      ...node,
      ...operationText(operation, { ...entities, selectionSet }),
      requires: sentFor(requires, selectionSet, choice, contested, standIns, requirements),
    };
  });
}

const separator = '.';

function claimsOf(selections: readonly QueryPlanSelectionNode[], standIns: StandIns): Claims {
  const claims = new Map<string, Set<string>>();
  function walk(below: readonly QueryPlanSelectionNode[], path: string) {
    for (const selection of below) {
      if (selection.kind === 'InlineFragment') walk(selection.selections, path);
      else {
        const place = placeOf(path, selection.name, standIns);
        claims.set(place, (claims.get(place) ?? new Set()).add(selection.name));
        walk(selection.selections ?? [], place);
      }
    }
  }
  walk(selections, '');
  return claims;
}

const placeOf = (path: string, name: string, standIns: StandIns): string =>
  `${path}${separator}${standIns.get(name)?.field ?? name}`;

const contestedPlaces = (claims: Claims): ReadonlySet<string> =>
  new Set([...claims].flatMap(([place, names]) => (names.size > 1 ? [place] : [])));

/** Which of the contested places a requirement wants for which name. */
function needsOf(set: SelectionSetNode, standIns: StandIns, contested: ReadonlySet<string>): Choice {
  const needs: Choice = new Map();
  function walk({ selections }: SelectionSetNode, path: string) {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      const place = selection.kind === Kind.FIELD ? placeOf(path, selection.name.value, standIns) : path;
      if (selection.kind === Kind.FIELD && contested.has(place)) needs.set(place, selection.name.value);
      if (selection.selectionSet) walk(selection.selectionSet, place);
    }
  }
  walk(set, '');
  return needs;
}

/** The fields of the entities themselves, each with the type that it is asked of. */
function eachField({ selections }: SelectionSetNode, on: string, visitor: (field: FieldNode, type: string) => void) {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) visitor(selection, on);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      eachField(selection.selectionSet, selection.typeCondition?.name.value ?? on, visitor);
  }
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

/** What a fetch sends: for the types that it asks about, and with one name in each contested place. */
function sentFor(
  requires: readonly QueryPlanSelectionNode[],
  asked: SelectionSetNode,
  choice: Choice,
  contested: ReadonlySet<string>,
  standIns: StandIns,
  { types }: Requirements,
): QueryPlanSelectionNode[] {
  const conditions = new Set(
    asked.selections.map((one) => (one.kind === Kind.INLINE_FRAGMENT ? one.typeCondition?.name.value : undefined)),
  );
  const open = [...conditions].some((one) => one === undefined || types.get(one)?.abstract);
  const isAsked = (one: QueryPlanSelectionNode) =>
    open || one.kind === 'Field' || !one.typeCondition || conditions.has(one.typeCondition);

  function narrow(below: readonly QueryPlanSelectionNode[], path: string): QueryPlanSelectionNode[] {
    return below.flatMap((selection): QueryPlanSelectionNode[] => {
      if (selection.kind === 'InlineFragment')
        return [{ ...selection, selections: narrow(selection.selections, path) }];
      const place = placeOf(path, selection.name, standIns);
      // A key that no field of this fetch contests stays.
      const wanted = choice.get(place) ?? place.slice(path.length + separator.length);
      if (contested.has(place) && selection.name !== wanted) return [];
      return [{ ...selection, ...(selection.selections && { selections: narrow(selection.selections, place) }) }];
    });
  }
  return narrow(requires.filter(isAsked), '');
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

/** The operation of a fetch with its fragments written out. */
function withoutSpreads(text: string): OperationDefinitionNode {
  const { definitions } = parse(text, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('a fetch without an operation');
  return visit(operation, {
    FragmentSpread({ name, directives }) {
      const fragment = fragments.get(name.value);
      return fragment && { ...fragment, kind: Kind.INLINE_FRAGMENT, name: undefined, directives };
    },
  });
}
