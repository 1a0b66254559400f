import {
  baseType,
  type CompositeType,
  federationMetadata,
  isCompositeType,
  isUnionType,
  MapWithCachedArrays,
  SelectionSet,
} from '@apollo/federation-internals';

/** As much as is used here of a class that the planner does not export. */
interface FetchGroup {
  canMergeChildIn(child: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
  children(): readonly FetchGroup[];
  removeChild(child: FetchGroup): void;
  parents(): readonly unknown[];
}

/**
 * Runs the planner with three of its decisions put right. Where a field requires one that requires something in turn, it moves what
 * the requirements ask of a subgraph into the fetch before, if that asks the same subgraph: although more has to be known before
 * it can be asked for, or although that subgraph only refers to it (`@external`). The subgraph is then asked for something without
 * what it requires, or for something that it cannot answer. Here what waits for several fetches is moved into none of them, and
 * what a subgraph only refers to is not taken for something that it has. Two fetches that are sent the same are made one, also
 * where one of them waits for the other, so that the one waits for itself and planning never ends: here such a wait is left out,
 * and where it is by way of a third they stay two.
 *
 * Everything is as it was when the plan is made, which happens in one go.
 */
export function withMendedMerging<T>(plan: () => T): T {
  const restoreSelections = mendSelections();
  const restoreGroups = mendFetchGroups();
  try {
    return plan();
  } finally {
    restoreGroups();
    restoreSelections();
  }
}

function mendSelections(): () => void {
  const { canRebaseOn } = SelectionSet.prototype;
  SelectionSet.prototype.canRebaseOn = function (type) {
    return canRebaseOn.call(this, type) && !refersOnly(this, type);
  };
  return () => {
    SelectionSet.prototype.canRebaseOn = canRebaseOn;
  };
}

/** Whether some field of a selection is external to the subgraph that a type belongs to. */
function refersOnly(set: SelectionSet, type: CompositeType): boolean {
  return set.selections().some((selection) => {
    if (selection.kind === 'FragmentSelection') {
      const condition = type.schema().type(selection.element.typeCondition?.name ?? type.name);
      return !!condition && isCompositeType(condition) && refersOnly(selection.selectionSet, condition);
    }
    const field = isUnionType(type) ? undefined : type.field(selection.element.name);
    if (!field?.type) return false;
    if (federationMetadata(type.schema())?.isFieldExternal(field)) return true;
    const below = baseType(field.type);
    return !!selection.selectionSet && isCompositeType(below) && refersOnly(selection.selectionSet, below);
  });
}

/** The class of fetches is found when the planner files the first object of it. */
function mendFetchGroups(): () => void {
  const { set } = MapWithCachedArrays.prototype;
  let restoreGroups = () => {};
  const restoreSet = () => {
    MapWithCachedArrays.prototype.set = set;
  };
  MapWithCachedArrays.prototype.set = function (key: unknown, value: unknown) {
    if (isFetchGroup(value)) {
      restoreSet();
      restoreGroups = mendMerging(Object.getPrototypeOf(value));
    }
    return set.call(this, key, value);
  };
  return () => {
    restoreSet();
    restoreGroups();
  };
}

const isFetchGroup = (value: unknown): value is FetchGroup =>
  typeof value === 'object' && value !== null && 'canMergeChildIn' in value;

function mendMerging(groups: FetchGroup): () => void {
  const { canMergeChildIn, mergeInWithAllDependencies } = groups;
  groups.canMergeChildIn = function (child) {
    return child.parents().length === 1 && canMergeChildIn.call(this, child);
  };
  groups.mergeInWithAllDependencies = function (other) {
    if (leadsAround(this, other) || leadsAround(other, this)) return;
    this.removeChild(other);
    other.removeChild(this);
    mergeInWithAllDependencies.call(this, other);
  };
  return () => {
    groups.canMergeChildIn = canMergeChildIn;
    groups.mergeInWithAllDependencies = mergeInWithAllDependencies;
  };
}

/** Whether a fetch waits for another by way of a third. */
function leadsAround(first: FetchGroup, last: FetchGroup): boolean {
  const seen = new Set(first.children());
  seen.delete(last);
  // What is added while it is gone through is gone through too.
  for (const one of seen) for (const child of one.children()) seen.add(child);
  return seen.has(last);
}
