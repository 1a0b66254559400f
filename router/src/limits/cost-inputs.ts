import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import type { CostModel } from './cost-model.ts';
import type { Defaults } from './cost-sizes.ts';
import { type CostProgram, MOST, type Term, type Variables } from './cost-terms.ts';

/** Finds the input types that `@cost` weighs somewhere inside; all others need not be looked into. */
export function createInputWeights(model: CostModel) {
  const weighed = new Map<GraphQLNamedType, boolean>();

  function isWeighed(type: GraphQLNamedType): boolean {
    const known = weighed.get(type);
    if (known !== undefined) return known;
    weighed.set(type, false); // An input type may hold itself.
    const found =
      model.weights.has(type.name) ||
      (isInputObjectType(type) &&
        Object.values(type.getFields()).some(
          (field) => model.weights.has(`${type.name}.${field.name}`) || isWeighed(getNamedType(field.type)),
        ));
    weighed.set(type, found);
    return found;
  }

  /** The cost of a value: every weighed field, enum and scalar in it, as often as it is there. */
  function valueCost(value: unknown, type: GraphQLInputType): number {
    if (value === null || value === undefined) return 0;
    const nullable = getNullableType(type);
    if (isListType(nullable))
      return Array.isArray(value)
        ? value.reduce((sum: number, item) => sum + valueCost(item, nullable.ofType), 0)
        : valueCost(value, nullable.ofType);
    const own = model.weights.get(getNamedType(type).name) ?? 0;
    if (!isInputObjectType(nullable) || typeof value !== 'object') return own;
    return Object.values(nullable.getFields()).reduce((sum, field) => {
      const given: unknown = Object.hasOwn(value, field.name) ? (value as Variables)[field.name] : undefined;
      if (given === undefined) return sum;
      return sum + (model.weights.get(`${nullable.name}.${field.name}`) ?? 0) + valueCost(given, field.type);
    }, own);
  }

  return { isWeighed, valueCost };
}

export type InputWeights = ReturnType<typeof createInputWeights>;

/** What the arguments of one field cost: the weight of each that is given, and of what is in it. */
export function argumentsCost(
  { arguments: given = [] }: FieldNode,
  args: readonly GraphQLArgument[],
  weightOf: (argument: string) => number,
  {
    inputs,
    defaults,
    program,
  }: { readonly inputs: InputWeights; readonly defaults: Defaults; readonly program: CostProgram },
): Term {
  const terms = given.flatMap((node): Term[] => {
    const argument = args.find(({ name }) => name === node.name.value);
    if (!argument || node.value.kind === Kind.NULL) return [];
    return [weightOf(argument.name), insideCost(node, argument.type)];
  });
  return terms.length === 0 ? 0 : program.sum(terms);

  function insideCost({ value }: ArgumentNode, type: GraphQLInputType): Term {
    if (!inputs.isWeighed(getNamedType(type))) return 0;
    const names = variablesIn(value);
    if (names.length === 0) return inputs.valueCost(valueFromASTUntyped(value), type);
    const cost = (variables: Variables) => {
      const known = Object.fromEntries(
        names.map((name) => [name, Object.hasOwn(variables, name) ? variables[name] : defaults.get(name)]),
      );
      return Math.min(MOST, inputs.valueCost(valueFromASTUntyped(value, known), type));
    };
    return program.fromVariables(cost);
  }
}

function variablesIn(value: ValueNode): readonly string[] {
  if (value.kind === Kind.VARIABLE) return [value.name.value];
  if (value.kind === Kind.LIST) return value.values.flatMap(variablesIn);
  return value.kind === Kind.OBJECT ? value.fields.flatMap((field) => variablesIn(field.value)) : [];
}
