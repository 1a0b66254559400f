import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Every type that an operation can come by, starting from the roots. */
export function reachableTypes(schema: GraphQLSchema): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting: GraphQLNamedType[] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
    ...schema.getDirectives().flatMap(({ args }) => args.map(({ type }) => getNamedType(type))),
  ].filter((type) => type !== null && type !== undefined);
  for (let type = waiting.pop(); type; type = waiting.pop()) {
    if (seen.has(type.name)) continue;
    seen.add(type.name);
    waiting.push(...neighbours(type, schema));
  }
  return seen;
}

function neighbours(type: GraphQLNamedType, schema: GraphQLSchema): readonly GraphQLNamedType[] {
  if (isUnionType(type)) return type.getTypes();
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  const used = fields.flatMap((field) => [
    getNamedType(field.type),
    ...field.args.map((each) => getNamedType(each.type)),
  ]);
  const possible = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
  return [...used, ...type.getInterfaces(), ...possible];
}
