import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Shape } from './document-shape.ts';

/**
 * Whether more than `allowed` pairs of fields answer under one name at one place. Validation compares each such pair,
 * with all that is below the two: the same field 200 times over is a document of a kilobyte and 20,000 comparisons.
 * Fragments are written out, so this is only for documents whose height is known to be small.
 */
export function overlapsIn(shapes: readonly Shape[], allowed: number): boolean {
  const fragments = new Map(
    shapes.flatMap(({ node }): [string, SelectionSetNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const written = new Set<string>();
  let pairs = 0;

  /** `sets` are merged into one object of the answer. */
  function compare(sets: readonly SelectionSetNode[]): boolean {
    const byName = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const set of sets) collect(set, byName, seen);
    for (const fields of byName.values()) {
      pairs += (fields.length * (fields.length - 1)) / 2;
      if (pairs > allowed) return true;
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0 && compare(below)) return true;
    }
    return false;
  }

  function collect({ selections }: SelectionSetNode, byName: Map<string, FieldNode[]>, seen: Set<string>) {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const others = byName.get(name);
        if (others) others.push(node);
        else byName.set(name, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, byName, seen);
      else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        written.add(node.name.value);
        const set = fragments.get(node.name.value);
        if (set) collect(set, byName, seen);
      }
    }
  }

  const operations = shapes.filter(({ node }) => node.kind === Kind.OPERATION_DEFINITION);
  if (operations.some(({ node }) => compare([node.selectionSet]))) return true;
  // Fragments that nobody uses are an error, but validation compares their fields before it says so.
  return [...fragments].some(([name, set]) => !written.has(name) && compare([set]));
}
