import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getNamedType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { ListSize } from './cost-model.ts';
import type { CostProgram, Term, Variables } from './cost-terms.ts';
import { invalid, type Refusal } from './refusal.ts';

/** Default values of an operation's variables, by name. */
export type Defaults = ReadonlyMap<string, unknown>;

export const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Defaults =>
  new Map(
    variableDefinitions.flatMap(({ variable, defaultValue }): [string, unknown][] =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );

/** How many items a field answers with by its slicing arguments; else what the schema assumes, else `assumed`. */
export function sizeOf(
  hint: ListSize,
  {
    node,
    field,
    defaults,
    program,
  }: {
    readonly node: FieldNode;
    readonly field: GraphQLField<unknown, unknown>;
    readonly defaults: Defaults;
    readonly program: CostProgram;
  },
  assumed: number,
): Term {
  const fallback = hint.assumedSize ?? assumed;
  const asked = hint.slicingArguments.flatMap((path): Term[] => {
    const [name = '', ...keys] = path.split('.');
    const argument = field.args.find((each) => each.name === name);
    const given = node.arguments?.find((each) => each.name.value === name)?.value;
    const otherwise = argument ? countOf(defaultAt(argument, keys, given !== undefined)) : null;
    const value = valueAt(given, keys);
    if (value?.node.kind !== Kind.VARIABLE) {
      const literal = (value ? countOf(literalOf(value.node)) : null) ?? otherwise;
      return literal === null ? [] : [literal];
    }
    const variable = value.node.name.value;
    const unset = argument ? countOf(defaultAt(argument, keys, false)) : null;
    const whole = countOf(at(defaults.get(variable), value.keys)) ?? unset ?? fallback;
    const part = otherwise ?? fallback;
    const compute = (variables: Variables) => {
      const sent = read(variables, variable);
      return countOf(at(sent, value.keys)) ?? (sent === undefined || sent === null ? whole : part);
    };
    // The same page size in several places is computed once.
    return [program.fromVariables(compute, JSON.stringify(['size', variable, value.keys, whole, part]))];
  });
  return asked.length > 0 ? program.max(asked) : fallback;
}

/** What the schema demands: one of the slicing arguments, and not two. */
export function checkSlicing(hint: ListSize, node: FieldNode, field: GraphQLField<unknown, unknown>): Refusal | null {
  if (!hint.requireOneSlicingArgument || hint.slicingArguments.length === 0) return null;
  const paths = hint.slicingArguments.map((path) => path.split('.'));
  const given = paths.filter(([name = '', ...keys]) => {
    const value = valueAt(node.arguments?.find((each) => each.name.value === name)?.value, keys);
    return value && value.node.kind !== Kind.NULL;
  });
  if (given.length === 1) return null;
  const hasDefault = paths.some(([name = '', ...keys]) => {
    const argument = field.args.find((each) => each.name === name);
    return argument !== undefined && countOf(defaultAt(argument, keys, false)) !== null;
  });
  if (given.length === 0 && hasDefault) return null;
  const names = hint.slicingArguments.map((name) => `"${name}"`).join(', ');
  return invalid(`"${field.name}" takes exactly one of the arguments ${names}.`);
}

/** Follows `keys` into a value as written; at a variable the rest of the way lies in that variable. */
function valueAt(
  value: ValueNode | undefined,
  keys: readonly string[],
): { readonly node: ValueNode; readonly keys: readonly string[] } | null {
  if (!value) return null;
  const [key, ...rest] = keys;
  if (key === undefined || value.kind === Kind.VARIABLE) return { node: value, keys };
  if (value.kind !== Kind.OBJECT) return null;
  return valueAt(value.fields.find(({ name }) => name.value === key)?.value, rest);
}

/** A list counts by its length, so its items need not be known. */
const literalOf = (value: ValueNode): unknown =>
  value.kind === Kind.LIST
    ? value.values
    : value.kind === Kind.INT || value.kind === Kind.FLOAT || value.kind === Kind.STRING
      ? value.value
      : null;

/** The default of an argument that is left out; of one that is given, the default of what is left out in it. */
function defaultAt(argument: GraphQLArgument, keys: readonly string[], isGiven: boolean): unknown {
  if (!isGiven || keys.length === 0) return at(argument.defaultValue, keys);
  let type = getNamedType(argument.type);
  for (const [index, key] of keys.entries()) {
    const field = isInputObjectType(type) ? type.getFields()[key] : undefined;
    if (!field) return undefined;
    if (field.defaultValue !== undefined) return at(field.defaultValue, keys.slice(index + 1));
    type = getNamedType(field.type);
  }
  return undefined;
}

const at = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isRecord(inner) ? read(inner, key) : undefined), value);

const isRecord = (value: unknown): value is Variables =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own keys alone: a variable may be called `constructor`. */
export const read = (values: Variables, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * How many items `value` asks for; null when it does not say. Some servers read a negative number as "the last n", so
 * it counts as n.
 */
function countOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : Math.ceil(Math.abs(value));
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return null;
  return Math.ceil(Math.abs(Number(value)));
}
