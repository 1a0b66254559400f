import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { Graded, Graders, World } from '../grade.ts';
import { union } from '../grade.ts';
import { compareOutput } from './types.ts';

export const fieldGraders: Graders = {
  FIELD_REMOVED({ typeName, removedFieldName, isRemovedFieldDeprecated }, { usage, head }) {
    const coordinate = `${typeName}.${removedFieldName}`;
    const remaining = implementersWith(head, typeName, removedFieldName);
    return {
      rule: 'field-removed',
      coordinate,
      kind: 'break',
      hits: usage.namingCoordinate(coordinate),
      what: `${isRemovedFieldDeprecated ? 'The deprecated field' : 'The field'} is removed`,
      verb: 'select it',
      fix: remaining
        ? `Keep it on the interface, or let its users select it on ${remaining}.`
        : `Keep ${coordinate} with @deprecated(reason:) until its users have moved.`,
    };
  },
  FIELD_TYPE_CHANGED: ({ typeName, fieldName }, world) => fieldType(`${typeName}.${fieldName}`, world),
};

function implementersWith(head: GraphQLSchema, typeName: string, fieldName: string): string | undefined {
  const type = head.getType(typeName);
  if (!isInterfaceType(type)) return undefined;
  const names = head
    .getPossibleTypes(type)
    .filter((each) => each.getFields()[fieldName])
    .map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : undefined;
}

const fieldOf = (schema: GraphQLSchema, coordinate: string) => {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
};

function fieldType(coordinate: string, { base, head, usage }: World): Graded | undefined {
  const before = fieldOf(base, coordinate)?.type;
  const after = fieldOf(head, coordinate)?.type;
  if (!before || !after) return undefined;
  const users = usage.namingCoordinate(coordinate);
  const broken = usage.brokenAt(coordinate);
  const change = `${before} to ${after}`;
  const shared = { coordinate, verb: 'select it' };
  switch (compareOutput(before, after)) {
    case 'nullable':
      return {
        ...shared,
        rule: 'field-nullable',
        kind: 'break',
        hits: users,
        what: `The field may now be null (${change})`,
        fix: `Keep it ${before}, or have its users handle null first.`,
      };
    case 'different':
      return {
        ...shared,
        rule: 'field-type-changed',
        kind: 'break',
        hits: users,
        what: `The field answers another type (${change})`,
        fix: 'Add a new field of the new type and deprecate this one.',
      };
    case 'alike':
      return {
        ...shared,
        rule: 'field-type-changed',
        kind: 'risk',
        hits: users,
        what: `The field answers another type (${change}), written the same in JSON`,
        fix: 'Have typed clients generate their types again.',
      };
    case 'by-selection':
      return {
        ...shared,
        rule: 'field-type-changed',
        kind: 'break',
        hits: union(broken, usage.brokenBelow(coordinate, getNamedType(after).name)),
        verb: 'select what the new type lacks',
        what: `The field answers another type (${change})`,
        fix: 'Give the new type the fields that are selected, or add a new field.',
      };
    default:
      if (broken.length === 0) return undefined;
      return {
        ...shared,
        rule: 'field-type-changed',
        kind: 'break',
        hits: union(broken),
        verb: 'no longer validate with it',
        what: `The field's type changes (${change})`,
        fix: 'Give fields that are selected side by side the same nullability.',
      };
  }
}
