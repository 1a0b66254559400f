import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  Source,
  visit,
} from 'graphql';
import { BadInput, orBadInput } from '../bad-input.ts';
import { isCode, templatesIn } from './code.ts';
import { type Operation, operationId } from './operation.ts';
import type { DocumentsSource } from './settings.ts';
import { shown } from './tree.ts';

const IMPORT = /^#\s*import\s+["']([^"']+)["']/gm;

interface Definitions {
  readonly operations: { readonly node: OperationDefinitionNode; readonly place: string }[];
  readonly fragments: Map<string, FragmentDefinitionNode>;
}

/** Operations in `.graphql` files and in client code below a folder. Fragments may lie in any file below it, or be imported. */
export function readDocuments({ path, client }: DocumentsSource, cwd: string): readonly Operation[] {
  if (!existsSync(path)) throw new BadInput('there is no such folder of operations', shown(path, cwd));
  return readDocumentFiles(filesIn(path), { client, cwd });
}

/** Operations in just these files. Fragments may lie in any of them, or be imported. */
export function readDocumentFiles(
  files: readonly string[],
  { client, cwd }: { readonly client: string | undefined; readonly cwd: string },
): readonly Operation[] {
  const found: Definitions = { operations: [], fragments: new Map() };
  const done = new Set<string>();
  for (const file of files) readFile(file, [], { cwd, found, done });
  return found.operations.map(({ node, place }) => {
    const document = withFragments(node, found.fragments, place);
    const body = document.definitions.map(print).join('\n\n');
    const uses = client === undefined ? [] : [{ client, version: undefined, count: 0, lastSeen: undefined }];
    return { id: operationId(document), name: node.name?.value ?? '(anonymous)', body, document, place, uses };
  });
}

function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => (/\.(graphql|gql)$/.test(file) || isCode(file)) && !file.includes('node_modules'))
    .sort()
    .map((file) => join(path, file));
}

interface Reading {
  readonly cwd: string;
  readonly found: Definitions;
  readonly done: Set<string>;
}

function readFile(file: string, importers: readonly string[], reading: Reading): void {
  const { cwd, found, done } = reading;
  const place = shown(file, cwd);
  if (importers.includes(file))
    throw new BadInput(`cyclic import: ${[...importers, file].map((each) => shown(each, cwd)).join(' → ')}`, place);
  if (done.has(file)) return;
  if (!existsSync(file)) throw new BadInput('an imported document is not there', place);
  const text = readFileSync(file, 'utf8');
  if (isCode(file)) {
    done.add(file);
    for (const { body, line } of templatesIn(text)) readText(body, place, line, found);
    return;
  }
  for (const [, target] of text.matchAll(IMPORT))
    if (target) readFile(resolve(dirname(file), target), [...importers, file], reading);
  done.add(file);
  readText(text, place, 1, found);
}

/** `line` is where the text begins in its file. */
function readText(text: string, place: string, line: number, found: Definitions): void {
  if (!/\S/.test(text.replace(/#.*/g, ''))) return;
  const source = new Source(text, place, { line, column: 1 });
  const document = orBadInput('not a valid GraphQL document', place, () => parse(source));
  for (const node of document.definitions)
    collect(node, `${place}:${(node.loc?.startToken.line ?? 1) + line - 1}`, found);
}

function collect(node: DocumentNode['definitions'][number], place: string, found: Definitions): void {
  if (node.kind === Kind.OPERATION_DEFINITION) found.operations.push({ node, place });
  else if (node.kind === Kind.FRAGMENT_DEFINITION) {
    const known = found.fragments.get(node.name.value);
    if (known && print(known) !== print(node))
      throw new BadInput(`fragment "${node.name.value}" is defined twice, differently`, place);
    found.fragments.set(node.name.value, node);
  } else throw new BadInput('a schema definition among the operations', place);
}

/** The operation with every fragment that it spreads, directly or not. */
export function withFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  place: string,
): DocumentNode {
  const needed = new Map<string, FragmentDefinitionNode>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode, path: readonly string[]): void => {
    visit(node, {
      FragmentSpread({ name: { value: name } }) {
        if (path.includes(name)) throw new BadInput(`cyclic fragments: ${[...path, name].join(' → ')}`, place);
        const fragment = fragments.get(name);
        if (!fragment) throw new BadInput(`unknown fragment "${name}"`, place);
        if (needed.has(name)) return;
        follow(fragment, [...path, name]);
        needed.set(name, fragment);
      },
    });
  };
  follow(operation, []);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...needed.values()] };
}
