import { type ASTNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { tidy, withDocument, without } from './edit-document.ts';
import type { Fault } from './faults.ts';
import type { Operation } from './generate-operation.ts';

/** Everything that makes one case, as text and numbers: what is printed can be run again. */
export interface Case {
  readonly sdls: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly operation: Operation;
  readonly faults: readonly Fault[];
}

/** Cases a little smaller than this one, the most promising first. Not all of them compose or are valid. */
export function* smaller(one: Case): Iterable<Case> {
  for (const fault of one.faults) yield { ...one, faults: one.faults.filter((other) => other !== fault) };
  for (const document of smallerDocuments(parse(one.operation.query)))
    yield { ...one, operation: withDocument(one.operation, document) };
  if (one.operation.operationName !== undefined) {
    const { operationName: _dropped, ...operation } = one.operation;
    yield { ...one, operation };
  }
  yield* smallerGraphs(one);
}

function* smallerDocuments(document: DocumentNode): Iterable<DocumentNode> {
  const nodes: ASTNode[] = [];
  visit(document, { enter: (node) => void nodes.push(node) });
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length > 1) yield without(document, new Set(operations.slice(0, 1)));
  const selections = nodes.filter(
    ({ kind }) => kind === Kind.FIELD || kind === Kind.INLINE_FRAGMENT || kind === Kind.FRAGMENT_SPREAD,
  );
  // The longest first: what goes in one step need not go in many.
  for (const node of selections.sort((a, b) => lengthOf(b) - lengthOf(a))) yield without(document, new Set([node]));
  for (const node of nodes) {
    if (node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD) yield inlined(document, node);
    const simpler = simplerNode(node);
    if (simpler) yield tidy(visit(document, { enter: (other) => (other === node ? simpler : undefined) }));
  }
}

const lengthOf = ({ loc }: ASTNode): number => (loc ? loc.end - loc.start : 0);

/** The fragment's selections in place of the fragment. */
function inlined(document: DocumentNode, fragment: ASTNode): DocumentNode {
  const bodies = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  return tidy(
    visit(document, {
      SelectionSet: (set) => {
        if (!set.selections.some((one) => one === fragment)) return undefined;
        return {
          ...set,
          selections: set.selections.flatMap((one) => {
            if (one !== fragment) return [one];
            return one.kind === Kind.INLINE_FRAGMENT
              ? one.selectionSet.selections
              : one.kind === Kind.FRAGMENT_SPREAD
                ? (bodies.get(one.name.value)?.selectionSet.selections ?? [])
                : [one];
          }),
        };
      },
    }),
  );
}

function simplerNode(node: ASTNode): ASTNode | undefined {
  if (node.kind === Kind.FIELD && node.alias) {
    const { alias: _alias, ...rest } = node;
    return rest;
  }
  if (node.kind === Kind.FIELD && node.arguments?.length) return { ...node, arguments: [] };
  if (
    (node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD) &&
    node.directives?.length
  )
    return { ...node, directives: node.directives.slice(1) };
  return undefined;
}

function* smallerGraphs(one: Case): Iterable<Case> {
  const parsed = Object.entries(one.sdls).map(([name, sdl]) => ({ name, document: parse(sdl) }));
  for (const { name } of parsed) {
    const { [name]: _left, ...rest } = one.sdls;
    if (Object.keys(rest).length > 0) yield { ...one, sdls: rest };
  }
  const places = new Set(parsed.flatMap(({ document }) => [...coordinates(document).values()]));
  const scopes = [undefined, ...parsed.map(({ name }) => name)];
  for (const place of places)
    for (const scope of scopes) {
      const sdls: Record<string, string> = { ...one.sdls };
      let changed = false;
      for (const { name, document } of parsed) {
        if (scope !== undefined && scope !== name) continue;
        const found = coordinates(document);
        const gone = new Set([...found].flatMap(([node, at]) => (at === place ? [node] : [])));
        if (gone.size === 0) continue;
        const left = print(visit(document, { enter: (node) => (gone.has(node) ? null : undefined) }));
        if (left.trim() === '') delete sdls[name];
        else sdls[name] = left;
        changed = true;
      }
      if (changed && Object.keys(sdls).length > 0) yield { ...one, sdls };
    }
}

/** Each part of an SDL that could be left out, by a name that is the same in every subgraph. */
function coordinates(document: DocumentNode): ReadonlyMap<ASTNode, string> {
  const found = new Map<ASTNode, string>();
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const type = definition.name.value;
    found.set(definition, type);
    for (const directive of definition.directives ?? []) found.set(directive, `${type}${print(directive)}`);
    if ('interfaces' in definition)
      for (const face of definition.interfaces ?? []) found.set(face, `${type}:${face.name.value}`);
    if ('types' in definition)
      for (const member of definition.types ?? []) found.set(member, `${type}|${member.name.value}`);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      found.set(field, `${type}.${field.name.value}`);
      for (const directive of field.directives ?? [])
        found.set(directive, `${type}.${field.name.value}${print(directive)}`);
      if ('arguments' in field)
        for (const argument of field.arguments ?? [])
          found.set(argument, `${type}.${field.name.value}(${argument.name.value})`);
    }
  }
  return found;
}
