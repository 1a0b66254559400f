import { type DocumentNode, Kind } from 'graphql';
import type { LimitsSettings } from '../settings/limits.ts';
import { type ExecutableNode, type Shape, shapesOf } from './document-shape.ts';
import { tooNested } from './document-text.ts';
import { overlapsIn } from './overlaps.ts';
import { invalid, type Refusal, tooLarge } from './refusal.ts';

type Limits = LimitsSettings['document'];

type Measures = Pick<
  Shape,
  'height' | 'depth' | 'nesting' | 'aliases' | 'directives' | 'rootFields' | 'introspectionLists'
>;

/**
 * Weighs a parsed document before anything expensive sees it: validation, the planner. In time linear to the document,
 * also where its fragments, written out, would fill the memory: each fragment is measured once, and the sums grow to
 * infinity without harm. Expects that `checkDocumentText` let the text pass; never throws in any case.
 */
export function checkDocument(document: DocumentNode, limits: Limits): Refusal | null {
  const shapes = shapesOf(document, limits);
  if ('code' in shapes) return shapes;
  const refusal = checkDefinitions(shapes, limits);
  if (refusal) return refusal;
  const totals = totalsOf(shapes);
  if ('code' in totals) return totals;
  for (const [node, measures] of totals) {
    const tooMuch = checkMeasures(node, measures, limits);
    if (tooMuch) return tooMuch;
  }
  // Only now is every definition known to be small when its fragments are written out.
  return overlapsIn(shapes, limits.overlaps)
    ? tooLarge(
        'overlaps',
        limits.overlaps,
        `The document selects the same fields so often that validation would compare more than ${limits.overlaps} pairs.`,
      )
    : null;
}

/** Whether a document asks about the schema, other than by `__typename`. Cheap: one walk. */
export const introspects = (document: DocumentNode, limits: Limits): boolean => {
  const shapes = shapesOf(document, limits);
  return !('code' in shapes) && shapes.some((shape) => shape.introspects);
};

function checkDefinitions(shapes: readonly Shape[], { operations, fragments }: Limits): Refusal | null {
  const names = new Set<string>();
  let found = 0;
  for (const { node } of shapes) {
    if (node.kind === Kind.OPERATION_DEFINITION) {
      found += 1;
      continue;
    }
    // Which of two would be measured, and which executed?
    if (names.has(node.name.value)) return invalid(`There are two fragments named "${node.name.value}".`);
    names.add(node.name.value);
  }
  if (found > operations)
    return tooLarge('operations', operations, `The document has more than ${operations} operations.`);
  return names.size > fragments
    ? tooLarge('fragments', fragments, `The document has more than ${fragments} fragments.`)
    : null;
}

/** What each definition amounts to with its fragments written out: those first that spread no others. */
function totalsOf(shapes: readonly Shape[]): ReadonlyMap<ExecutableNode, Measures> | Refusal {
  const fragments = new Map(
    shapes.flatMap((shape): [string, Shape][] =>
      shape.node.kind === Kind.FRAGMENT_DEFINITION ? [[shape.node.name.value, shape]] : [],
    ),
  );
  const spreadBy = new Map<Shape, Shape[]>();
  const waitsFor = new Map<Shape, number>();
  for (const shape of shapes) {
    let open = 0;
    for (const { name } of shape.spreads) {
      const fragment = fragments.get(name);
      if (!fragment) continue;
      open += 1;
      const users = spreadBy.get(fragment);
      if (users) users.push(shape);
      else spreadBy.set(fragment, [shape]);
    }
    waitsFor.set(shape, open);
  }
  const ready = shapes.filter((shape) => waitsFor.get(shape) === 0);
  const totals = new Map<ExecutableNode, Measures>();
  for (const shape of ready) {
    totals.set(shape.node, total(shape, fragments, totals));
    for (const user of spreadBy.get(shape) ?? []) {
      const open = (waitsFor.get(user) ?? 0) - 1;
      waitsFor.set(user, open);
      if (open === 0) ready.push(user);
    }
  }
  return totals.size === shapes.length ? totals : invalid('A fragment spreads itself, directly or through others.');
}

function total(
  shape: Shape,
  fragments: ReadonlyMap<string, Shape>,
  totals: ReadonlyMap<ExecutableNode, Measures>,
): Measures {
  const { height, depth, nesting, aliases, directives, rootFields, introspectionLists } = shape;
  const sum = { height, depth, nesting, aliases, directives, rootFields, introspectionLists };
  for (const spread of shape.spreads) {
    const fragment = fragments.get(spread.name);
    const inner = fragment && totals.get(fragment.node);
    if (!inner) continue; // An unknown fragment: validation names it.
    sum.height += inner.height;
    sum.aliases += inner.aliases;
    sum.directives += inner.directives;
    if (spread.isAtRoot) sum.rootFields += inner.rootFields;
    sum.depth = Math.max(sum.depth, spread.depth + inner.depth);
    sum.nesting = Math.max(sum.nesting, spread.nesting + inner.nesting);
    sum.introspectionLists = Math.max(sum.introspectionLists, spread.introspectionLists + inner.introspectionLists);
  }
  return sum;
}

function checkMeasures(node: ExecutableNode, measures: Measures, limits: Limits): Refusal | null {
  const what = node.name ? `"${node.name.value}"` : 'The operation';
  const refuse = (limit: keyof Measures, problem: string) =>
    tooLarge(limit, limits[limit], `${what} ${problem}, with fragments counted wherever they are spread.`);
  const { depth, height, aliases, rootFields, directives, introspectionLists, nesting } = limits;
  if (measures.nesting > nesting) return tooNested(nesting);
  if (measures.depth > depth) return refuse('depth', `is more than ${depth} fields deep`);
  if (measures.height > height) return refuse('height', `selects more than ${height} fields`);
  if (measures.aliases > aliases) return refuse('aliases', `has more than ${aliases} aliases`);
  if (measures.directives > directives) return refuse('directives', `has more than ${directives} directives`);
  if (measures.introspectionLists > introspectionLists)
    return refuse('introspectionLists', `nests more than ${introspectionLists} lists of the introspection`);
  // A fragment may stand anywhere: only what an operation selects at its root is a root field.
  if (node.kind === Kind.OPERATION_DEFINITION && measures.rootFields > rootFields)
    return refuse('rootFields', `has more than ${rootFields} root fields`);
  return null;
}
