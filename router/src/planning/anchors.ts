import { type DocumentNode, Kind, type SelectionNode, type SelectionSetNode, visit } from 'graphql';

/**
 * The planner takes the condition of all that is selected of an object for a condition of the object itself, and leaves it out
 * where it should be there with no fields. Something that is selected in any case keeps it.
 */
export function withAnchors(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave(set, _key, parent) {
        const isRoot = parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
        return !isRoot && set.selections.every(isConditional) ? anchored(set) : undefined;
      },
    },
  });
}

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');

const anchored = (set: SelectionSetNode): SelectionSetNode => ({
  ...set,
  selections: [...set.selections, { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
});
