import { type ArgumentNode, type DocumentNode, type FieldNode, Kind, print, visit } from 'graphql';

/** The names that a planner uses itself, and those that it could mistake. */
export interface PlannerNames {
  /** The fields that it selects on its own: it keeps them under their own names. */
  readonly selected: ReadonlySet<string>;
  /** Every name of a field. */
  readonly fields: ReadonlySet<string>;
}

/** An operation as it is planned, where the names that its caller chose would mislead the planner. */
export interface PlannedNames {
  readonly document: DocumentNode;
  /** The name under which the data has a field of the caller's document. */
  keyOf(field: FieldNode): string;
  /** The caller's names for fields that were given others. */
  readonly responseNames: ReadonlyMap<string, string>;
  /** Names of the caller's that in the data are fields of the planner's alone. */
  readonly notCallers: ReadonlySet<string>;
  /** The caller's names for variables that were given others. */
  readonly variables: ReadonlyMap<string, string>;
}

/** What the planner calls variables of its own. */
const PLANNERS_VARIABLE = /^(?:representations$|contextualArgument_)/;

/**
 * The planner takes two fields of one response name in one place of the answer for the same, whatever their types; and it
 * keeps the keys and requirements that it selects on its own under their names in the same objects. So a response name goes to
 * the planner as it is only where it can mean one thing: a name that stands for several values, or for another field than the
 * one that is called so and that some requirement selects, is exchanged for one of each field's own. Null where nothing is, as
 * for nearly every operation.
 *
 * A field keeps being one field exactly where it was one: with the same response name, name and arguments. To give two aliases
 * of one field one name would execute a mutation once that was asked for twice.
 */
export function namesForPlanner(document: DocumentNode, names: PlannerNames): PlannedNames | null {
  const { renamed, kept, variables } = hazardsOf(document, names);
  if (renamed.size === 0 && variables.size === 0) return null;
  const keyOf = (field: FieldNode) => renamed.get(identityOf(field)) ?? responseName(field);
  const planned = visit(document, {
    Field(field) {
      if (isIntrospection(field)) return false;
      const name = renamed.get(identityOf(field));
      if (name === undefined) return undefined;
      const { alias: _alias, ...rest } = field;
      return name === field.name.value ? rest : { ...rest, alias: { kind: Kind.NAME, value: name } };
    },
    Variable(variable) {
      const name = variables.get(variable.name.value);
      return name === undefined ? undefined : { ...variable, name: { kind: Kind.NAME, value: name } };
    },
  });
  const responseNames = new Map(
    [...renamed].map(([identity, name]) => [name, identity.slice(0, identity.indexOf(':'))]),
  );
  responseNames.delete('__typename');
  return {
    document: planned,
    keyOf,
    responseNames,
    notCallers: new Set([...responseNames.values()].filter((name) => !kept.has(name))),
    variables: new Map([...variables].map(([caller, name]) => [name, caller])),
  };
}

function hazardsOf(document: DocumentNode, { selected, fields }: PlannerNames) {
  const byResponseName = new Map<string, Map<string, FieldNode>>();
  const variableNames = new Set<string>();
  visit(document, {
    Field(field) {
      if (isIntrospection(field)) return false;
      const name = responseName(field);
      const known = byResponseName.get(name) ?? new Map<string, FieldNode>();
      byResponseName.set(name, known.set(identityOf(field), field));
      return undefined;
    },
    Variable: ({ name }) => void variableNames.add(name.value),
  });
  const fresh = freshNames(new Set([...fields, ...selected, ...byResponseName.keys()]));
  const renamed = new Map<string, string>();
  const kept = new Set<string>();
  for (const [name, identities] of byResponseName) {
    const taken = selected.has(name) || name === '__typename';
    for (const [identity, field] of identities) {
      // Objects may come from several fields: what is fetched for them is told apart by their types, or is the same.
      const keeps = isPlain(field) || (!taken && (identities.size === 1 || field.selectionSet));
      if (keeps) kept.add(name);
      // What `__typename` is, the answer knows without reading it.
      else renamed.set(identity, isTypename(field) ? '__typename' : fresh(`${field.name.value}__p`));
    }
  }
  const freshVariable = freshNames(variableNames);
  const clashing = [...variableNames].filter((name) => PLANNERS_VARIABLE.test(name));
  return { renamed, kept, variables: new Map(clashing.map((name) => [name, freshVariable('callers__')])) };
}

function freshNames(taken: Set<string>): (start: string) => string {
  return (start) => {
    let count = 0;
    while (taken.has(`${start}${count}`)) count++;
    taken.add(`${start}${count}`);
    return `${start}${count}`;
  };
}

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** The same for fields that the answer has once. */
function identityOf(field: FieldNode): string {
  const { name, arguments: given = [] } = field;
  const printed = given.map((argument) => print(withSortedFields(argument))).sort();
  return `${responseName(field)}:${name.value}(${printed.join()})`;
}

/** Fields of input objects may be written in any order. */
const withSortedFields = (argument: ArgumentNode): ArgumentNode =>
  visit(argument, {
    ObjectValue: {
      leave: (object) => ({
        ...object,
        fields: [...object.fields].sort((a, b) => (a.name.value < b.name.value ? -1 : 1)),
      }),
    },
  });

const isPlain = ({ alias, name, arguments: given = [] }: FieldNode): boolean =>
  (alias ?? name).value === name.value && given.length === 0;
const isTypename = ({ name }: FieldNode): boolean => name.value === '__typename';
/** Answered from the schema, not by a plan. */
const isIntrospection = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';
