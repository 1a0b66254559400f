import {
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The same operation with the fields of interfaces asked of each object type. Where several subgraphs share a field that gives
 * an interface, and none of them knows all about it, the planner rules out each way to complete one by the way of another and
 * then finds none; it finds one for each type.
 */
export function withObjectTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: {
        leave(set) {
          const type = types.getParentType();
          if (!isInterfaceType(type)) return undefined;
          const own = set.selections.filter((one) => one.kind === Kind.FIELD && one.name.value !== '__typename');
          const objects = schema.getPossibleTypes(type);
          if (own.length === 0 || objects.length === 0) return undefined;
          const others = set.selections.filter((one) => !own.includes(one));
          const exploded = objects.map(
            ({ name }): SelectionNode => ({
              kind: Kind.INLINE_FRAGMENT,
              typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
              selectionSet: { kind: Kind.SELECTION_SET, selections: own },
            }),
          );
          return { ...set, selections: [...others, ...exploded] };
        },
      },
    }),
  );
}
