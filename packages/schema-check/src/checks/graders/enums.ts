import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { type Graders, union } from '../grade.ts';

export const enumGraders: Graders = {
  ENUM_VALUE_REMOVED({ enumName, removedEnumValueName, isEnumValueDeprecated }, { usage }) {
    const coordinate = `${enumName}.${removedEnumValueName}`;
    return {
      rule: 'enum-value-removed',
      coordinate,
      kind: 'break',
      hits: union(usage.namingCoordinate(coordinate), usage.sendingType(enumName), usage.selectingType(enumName)),
      what: `${isEnumValueDeprecated ? 'The deprecated value' : 'The value'} is removed from the enum`,
      verb: `select or send ${enumName}`,
      fix: 'Keep the value with @deprecated(reason:) and stop answering it first.',
    };
  },
  ENUM_VALUE_ADDED({ enumName, addedEnumValueName, addedToNewType }, { usage, base }) {
    // An enum that is only sent may grow freely: no client is ever answered with it.
    if (addedToNewType || !isAnswered(base, enumName)) return undefined;
    return {
      rule: 'enum-value-added',
      coordinate: `${enumName}.${addedEnumValueName}`,
      kind: 'risk',
      hits: usage.selectingType(enumName),
      what: 'The enum gets a value that clients do not know',
      verb: `select ${enumName}`,
      fix: 'Make sure that its users have a branch for unknown values.',
    };
  },
};

function isAnswered(schema: GraphQLSchema, enumName: string): boolean {
  return Object.values(schema.getTypeMap()).some(
    (type) =>
      (isObjectType(type) || isInterfaceType(type)) &&
      !type.name.startsWith('__') &&
      Object.values(type.getFields()).some((field) => getNamedType(field.type).name === enumName),
  );
}
