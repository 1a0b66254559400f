import {
  type GraphQLArgument,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  Kind,
} from 'graphql';
import type { Facts } from '../../use/facts.ts';
import type { Usage } from '../../use/usage.ts';
import { type Graded, type Graders, union, type World } from '../grade.ts';
import { isCustomScalar } from './types.ts';

export const argumentGraders: Graders = {
  FIELD_ARGUMENT_ADDED({ typeName, fieldName, addedArgumentName }, world) {
    const at = argumentAt(typeName, fieldName, addedArgumentName);
    return requiredNow(at, world, 'A required argument is added');
  },
  FIELD_ARGUMENT_REMOVED({ typeName, fieldName, removedFieldArgumentName }, { usage }) {
    const { coordinate } = argumentAt(typeName, fieldName, removedFieldArgumentName);
    return {
      rule: 'argument-removed',
      coordinate,
      kind: 'break',
      hits: usage.namingCoordinate(coordinate),
      what: 'The argument is removed',
      verb: 'send it',
      fix: 'Keep the argument, deprecated and ignored, until nobody sends it.',
    };
  },
  FIELD_ARGUMENT_TYPE_CHANGED({ typeName, fieldName, argumentName }, world) {
    return typeChanged(argumentAt(typeName, fieldName, argumentName), world);
  },
  FIELD_ARGUMENT_DEFAULT_CHANGED({ typeName, fieldName, argumentName, oldDefaultValue, newDefaultValue }, world) {
    const at = argumentAt(typeName, fieldName, argumentName);
    const required = requiredNow(at, world, 'The argument loses its default and becomes required');
    if (required) return required;
    if (oldDefaultValue === undefined && newDefaultValue === undefined) return undefined;
    return {
      rule: 'argument-default-changed',
      coordinate: at.coordinate,
      kind: 'risk',
      hits: world.usage.namingCoordinate(at.field).filter((facts) => mayOmit(facts, at)),
      what: `The default changes from ${written(oldDefaultValue)} to ${written(newDefaultValue)}`,
      verb: 'leave the argument out',
      fix: 'Have the callers that rely on the old default send it.',
    };
  },
};

export const written = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

interface At {
  readonly type: string;
  readonly field: string;
  readonly name: string;
  readonly coordinate: string;
}

const argumentAt = (type: string, fieldName: string, name: string): At => ({
  type,
  field: `${type}.${fieldName}`,
  name,
  coordinate: `${type}.${fieldName}(${name}:)`,
});

function argumentIn(schema: GraphQLSchema, { type, field, name }: At): GraphQLArgument | undefined {
  const parent = schema.getType(type);
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  return parent.getFields()[field.slice(type.length + 1)]?.args.find((argument) => argument.name === name);
}

/** Calls that head refuses because of this one argument. */
const refused = (usage: Usage, { field, coordinate, name }: At): readonly Facts[] =>
  union(
    usage.brokenAt(coordinate),
    usage.brokenAt(field, ({ message }) => message.includes(`"${name}"`)),
  );

function requiredNow(at: At, { base, head, usage }: World, what: string): Graded | undefined {
  const before = argumentIn(base, at);
  const after = argumentIn(head, at);
  if (!after || !isRequiredArgument(after) || (before && isRequiredArgument(before))) return undefined;
  return {
    rule: 'argument-required',
    coordinate: at.coordinate,
    kind: 'break',
    hits: refused(usage, at),
    what,
    verb: before ? 'do not always send it' : 'use the field without it',
    fix: `Make it optional or give it a default: ${at.name}: ${after.type} = …`,
  };
}

function typeChanged(at: At, { base, head, usage }: World): Graded | undefined {
  const before = argumentIn(base, at);
  const after = argumentIn(head, at);
  if (!before || !after) return undefined;
  const [from, to] = [getNamedType(before.type), getNamedType(after.type)];
  const unseen =
    from.name !== to.name && (isCustomScalar(from) || isCustomScalar(to)) ? usage.namingCoordinate(at.coordinate) : [];
  const required = isRequiredArgument(after) && !isRequiredArgument(before);
  const hits = union(refused(usage, at), unseen);
  return {
    rule: required ? 'argument-required' : 'argument-type-changed',
    coordinate: at.coordinate,
    kind: 'break',
    hits,
    what: `The argument's type changes from ${before.type} to ${after.type}`,
    verb: required ? 'do not always send it' : 'send the old type',
    fix: required
      ? `Keep it ${before.type}, or give it a default, until every caller sends it.`
      : 'Add a new argument of the new type and deprecate this one.',
  };
}

/** Whether the server may have to fall back on the default. A nullable variable may be left out. */
function mayOmit({ use, operation }: Facts, { field, name }: At): boolean {
  return (use.calls.get(field) ?? []).some(({ given }) => {
    const value = given.get(name);
    if (value?.kind !== Kind.VARIABLE) return value === undefined;
    const [definition] = operation.document.definitions;
    const variable =
      definition?.kind === Kind.OPERATION_DEFINITION
        ? definition.variableDefinitions?.find((each) => each.variable.name.value === value.name.value)
        : undefined;
    return variable !== undefined && variable.type.kind !== Kind.NON_NULL_TYPE && !variable.defaultValue;
  });
}
