import { type GraphQLInputField, type GraphQLSchema, isInputObjectType, isRequiredInputField } from 'graphql';
import type { Facts } from '../../use/facts.ts';
import type { Usage } from '../../use/usage.ts';
import { type Graded, type Graders, union, type World } from '../grade.ts';
import { written } from './arguments.ts';
import { compareInput } from './types.ts';

export const inputGraders: Graders = {
  INPUT_FIELD_ADDED: ({ inputName, addedInputFieldName }, world) =>
    requiredNow(inputName, addedInputFieldName, world, 'A required field is added to the input'),
  INPUT_FIELD_REMOVED({ inputName, removedFieldName }, { usage }) {
    const coordinate = `${inputName}.${removedFieldName}`;
    return {
      rule: 'input-field-removed',
      coordinate,
      kind: 'break',
      hits: union(usage.sendingType(inputName), usage.namingCoordinate(coordinate)),
      what: 'The input field is removed',
      verb: 'send it or may send it in a variable',
      fix: 'Keep the field, deprecated and ignored, until nobody sends it.',
    };
  },
  INPUT_FIELD_TYPE_CHANGED: ({ inputName, inputFieldName }, world) => typeChanged(inputName, inputFieldName, world),
  INPUT_FIELD_DEFAULT_VALUE_CHANGED({ inputName, inputFieldName, oldDefaultValue, newDefaultValue }, world) {
    const required = requiredNow(
      inputName,
      inputFieldName,
      world,
      'The input field loses its default and becomes required',
    );
    if (required) return required;
    return {
      rule: 'input-field-default-changed',
      coordinate: `${inputName}.${inputFieldName}`,
      kind: 'risk',
      hits: union(world.usage.sendingType(inputName), omitting(world.usage, inputName, inputFieldName)),
      what: `The default changes from ${written(oldDefaultValue)} to ${written(newDefaultValue)}`,
      verb: 'may leave the field out',
      fix: 'Have the callers that rely on the old default send it.',
    };
  },
};

function fieldIn(schema: GraphQLSchema, inputName: string, fieldName: string): GraphQLInputField | undefined {
  const type = schema.getType(inputName);
  return isInputObjectType(type) ? type.getFields()[fieldName] : undefined;
}

/** Operations that write the input out in their text and leave the field out. */
const omitting = (usage: Usage, inputName: string, fieldName: string): readonly Facts[] =>
  usage.all.filter(
    ({ use, validOnBase }) => use.literals.get(inputName)?.some((given) => !given.has(fieldName)) && validOnBase(),
  );

function requiredNow(
  inputName: string,
  fieldName: string,
  { base, head, usage }: World,
  what: string,
): Graded | undefined {
  const before = fieldIn(base, inputName, fieldName);
  const after = fieldIn(head, inputName, fieldName);
  if (!after || !isRequiredInputField(after) || (before && isRequiredInputField(before))) return undefined;
  return {
    rule: 'input-field-required',
    coordinate: `${inputName}.${fieldName}`,
    kind: 'break',
    // What a variable carries is not in the operation's text: whoever can send the input counts.
    hits: union(usage.sendingType(inputName), omitting(usage, inputName, fieldName)),
    what,
    verb: `send ${inputName}`,
    fix: `Make it optional or give it a default: ${fieldName}: ${after.type} = …`,
  };
}

function typeChanged(inputName: string, fieldName: string, world: World): Graded | undefined {
  const { base, head, usage } = world;
  const before = fieldIn(base, inputName, fieldName);
  const after = fieldIn(head, inputName, fieldName);
  if (!before || !after) return undefined;
  const coordinate = `${inputName}.${fieldName}`;
  const broken = union(usage.brokenAt(coordinate), usage.brokenSaying(`"${coordinate}"`));
  const carriers = usage.sendingType(inputName);
  const change = compareInput(before.type, after.type);
  if (change === 'safe' && broken.length === 0) return undefined;
  const required = change === 'required';
  return {
    rule: required ? 'input-field-required' : 'input-field-type-changed',
    coordinate,
    kind: change === 'alike' && broken.length === 0 ? 'risk' : 'break',
    hits:
      change === 'safe'
        ? broken
        : union(broken, carriers, change === 'different' ? usage.namingCoordinate(coordinate) : []),
    what: `The input field's type changes from ${before.type} to ${after.type}`,
    verb: required ? `send ${inputName} and may leave it out` : 'send or may send the old type',
    fix: required
      ? `Keep it ${before.type}, or give it a default, until every caller sends it.`
      : 'Add a new input field of the new type and deprecate this one.',
  };
}
