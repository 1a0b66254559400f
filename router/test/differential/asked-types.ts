import {
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Whether a document asks for a field of such a type. */
export function asksForType(
  document: DocumentNode,
  schema: GraphQLSchema,
  isMeant: (type: GraphQLOutputType) => boolean,
): boolean {
  let found = false;
  const types = new TypeInfo(schema);
  const visitor = {
    Field() {
      const type = types.getType();
      found ||= !!type && isMeant(type);
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
  return found;
}
