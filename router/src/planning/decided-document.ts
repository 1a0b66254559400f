import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Values of the variables in `@skip` and `@include`. */
type Conditions = ReadonlyMap<string, boolean>;

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * An operation in which `@skip` and `@include` have been decided. The planner puts what some fields require under the
 * conditions of these fields, and then sends it along for others that have none, which go without an answer when it is not
 * there; and what one variable both includes and skips it takes for something that nobody wants, even an object around it. What
 * is planned without conditions has neither fault.
 */
export function decidedDocument(document: DocumentNode, conditions: Conditions): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const decided = new Map<FragmentDefinitionNode, SelectionSetNode>();

  function decidedFragment(fragment: FragmentDefinitionNode): SelectionSetNode {
    const set = decided.get(fragment) ?? decide(fragment.selectionSet);
    decided.set(fragment, set);
    return set;
  }

  function decide({ selections, ...rest }: SelectionSetNode): SelectionSetNode {
    return { ...rest, selections: selections.flatMap(decideSelection) };
  }

  function decideSelection(selection: SelectionNode): SelectionNode[] {
    if (!isIncluded(selection.directives, conditions)) return [];
    const directives = (selection.directives ?? []).filter((directive) => !isCondition(directive));
    if (selection.kind === Kind.FIELD) {
      if (!selection.selectionSet) return [{ ...selection, directives }];
      return [{ ...selection, directives, selectionSet: notEmpty(decide(selection.selectionSet)) }];
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      return fragment && decidedFragment(fragment).selections.length > 0 ? [{ ...selection, directives }] : [];
    }
    const selectionSet = decide(selection.selectionSet);
    return selectionSet.selections.length > 0 ? [{ ...selection, directives, selectionSet }] : [];
  }

  /** The planner asks for fields in fragments before those beside them: harmless in queries, and another order of effects. */
  function inOrder({ selections, ...rest }: SelectionSetNode): SelectionSetNode {
    const written = selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return inOrder(selection.selectionSet).selections;
      const fragment = fragments.get(selection.name.value);
      return fragment ? inOrder(decidedFragment(fragment)).selections : [];
    });
    return { ...rest, selections: written };
  }

  const definitions = document.definitions.flatMap((one): DefinitionNode[] => {
    if (one.kind === Kind.OPERATION_DEFINITION) {
      const selectionSet = notEmpty(decide(one.selectionSet));
      return [{ ...one, selectionSet: one.operation === 'mutation' ? inOrder(selectionSet) : selectionSet }];
    }
    if (one.kind !== Kind.FRAGMENT_DEFINITION) return [one];
    const selectionSet = decidedFragment(one);
    return selectionSet.selections.length > 0 ? [{ ...one, selectionSet }] : [];
  });
  return { ...document, definitions: withoutUnused(definitions) };
}

/** The planner finds a fragment again in what was written out of it, and would put its fields first once more. */
function withoutUnused(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const used = new Set<string>();
  const note = (node: DefinitionNode) =>
    visit(node, {
      FragmentSpread({ name }) {
        if (used.has(name.value)) return;
        used.add(name.value);
        const fragment = definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value,
        );
        if (fragment) note(fragment);
      },
    });
  for (const one of definitions) if (one.kind === Kind.OPERATION_DEFINITION) note(one);
  return definitions.filter((one) => one.kind !== Kind.FRAGMENT_DEFINITION || used.has(one.name.value));
}

/** An object is there even if nothing is asked of it. */
const notEmpty = (set: SelectionSetNode): SelectionSetNode =>
  set.selections.length > 0 ? set : { ...set, selections: [TYPENAME] };

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

export function isIncluded(directives: readonly DirectiveNode[] = [], conditions: Conditions): boolean {
  return directives.every((directive) => {
    if (!isCondition(directive)) return true;
    const value = directive.arguments?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE ? conditions.get(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
    return directive.name.value === 'skip' ? !holds : holds;
  });
}
