import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { renderManifest } from 'cartograph-schema/src/formats/manifest.ts';
import { readDocumentFiles } from 'cartograph-schema/src/input/documents.ts';
import type { Operation } from 'cartograph-schema/src/input/operation.ts';
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  getLocation,
  Kind,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import { globSync } from 'tinyglobby';

export interface ManifestQuestion {
  readonly patterns: readonly string[];
  readonly supergraph: string;
  readonly typename: boolean;
  /** Patterns are meant from here, and places are told from here. */
  readonly cwd: string;
}

/** The manifest's text. Throws with every operation that does not fit, each with its file and line. */
export function makeManifest({ patterns, supergraph, typename, cwd }: ManifestQuestion): string {
  const files = globSync([...patterns], { cwd, absolute: true, ignore: ['**/node_modules/**'] }).sort();
  if (files.length === 0) throw new Error(`No file matches ${patterns.join(' ')}`);
  const found = readDocumentFiles(files, { client: undefined, cwd });
  const operations = typename ? found.map(withTypenames) : found;
  const schema = Supergraph.build(readFileSync(resolve(cwd, supergraph), 'utf8'))
    .apiSchema()
    .toGraphQLJSSchema();
  const problems = [...nameProblems(operations), ...operations.flatMap((one) => schemaProblems(one, schema, cwd))];
  if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'));
  const sorted = [...operations].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${renderManifest(sorted)}\n`;
}

/** Clients look ids up by an operation's name, so each needs one of its own. */
function nameProblems(operations: readonly Operation[]): readonly string[] {
  const places = new Map<string, string>();
  return operations.flatMap(({ name, place, document }) => {
    const [operation] = document.definitions;
    if (operation?.kind === Kind.OPERATION_DEFINITION && !operation.name)
      return [`${place}: the operation has no name`];
    const other = places.get(name);
    places.set(name, place);
    return other === undefined ? [] : [`${place}: the name ${name} is that of the operation at ${other}`];
  });
}

const schemaProblems = ({ document, place }: Operation, schema: GraphQLSchema, cwd: string): readonly string[] =>
  validate(schema, document).map(({ message, nodes }) => `${placeOf(nodes?.[0], cwd) ?? place}: ${message}`);

function placeOf(node: ASTNode | undefined, cwd: string): string | undefined {
  if (!node?.loc) return undefined;
  const { source, start } = node.loc;
  const { line } = getLocation(source, start);
  return `${relative(cwd, resolve(cwd, source.name))}:${line + source.locationOffset.line - 1}`;
}

/** Everywhere but at the root, where Apollo Client adds none. */
function withTypenames(operation: Operation): Operation {
  const document: DocumentNode = visit(operation.document, {
    SelectionSet(node, _key, parent): SelectionSetNode | undefined {
      if (parent && !Array.isArray(parent) && (parent as ASTNode).kind === Kind.OPERATION_DEFINITION) return undefined;
      if (node.selections.some((one) => one.kind === Kind.FIELD && one.name.value === '__typename')) return undefined;
      const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
      return { ...node, selections: [...node.selections, typename] };
    },
  });
  return { ...operation, document, body: print(document) };
}
