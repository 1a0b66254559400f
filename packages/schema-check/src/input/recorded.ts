// Operations as machines write them down: Apollo's persisted-query manifest and a router's usage log.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse, Source } from 'graphql';
import { BadInput, orBadInput } from '../bad-input.ts';
import { withFragments } from './documents.ts';
import { type ClientUse, type Operation, operationId } from './operation.ts';
import { type Fields, isRecord, list, record, text } from './shape.ts';
import { shown } from './tree.ts';

export interface ManifestEntry extends Operation {
  /** The id that clients send instead of the text. */
  readonly manifestId: string;
}

function toOperation(body: string, name: string | undefined, place: string, uses: readonly ClientUse[]): Operation {
  const parsed = orBadInput('not a valid operation', place, () => parse(new Source(body, place)));
  const operations = parsed.definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const fragments = parsed.definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  const operation = operations.length === 1 ? operations[0] : operations.find((node) => node.name?.value === name);
  if (!operation) throw new BadInput(`${operations.length} operations in one entry; one was expected`, place);
  const document = withFragments(operation, new Map(fragments.map((node) => [node.name.value, node])), place);
  return {
    id: operationId(document),
    name: operation.name?.value ?? name ?? '(anonymous)',
    body,
    document,
    place,
    uses,
  };
}

/** Apollo's format: `{ format, version, operations: [{ id, name, type, body }] }`. */
export function readManifest(file: string, cwd: string): readonly ManifestEntry[] {
  const place = shown(file, cwd);
  if (!existsSync(file)) throw new BadInput('there is no such manifest of operations', place);
  const manifest = record(
    orBadInput('not valid JSON', place, () => JSON.parse(readFileSync(file, 'utf8'))),
    place,
  );
  if (manifest.format !== 'apollo-persisted-query-manifest' || manifest.version !== 1)
    throw new BadInput('not a version 1 apollo-persisted-query-manifest', place);
  return list(manifest.operations, place).map((value, index) => {
    const where = `${place} operations[${index}]`;
    const entry = record(value, where);
    const name = typeof entry.name === 'string' ? entry.name : undefined;
    return { ...toOperation(text(entry.body, where), name, where, []), manifestId: text(entry.id, where) };
  });
}

/** JSON lines. A line has the operation's text (`body` or `signature`), or the id of a manifest entry. */
export function readUsage(path: string, cwd: string, manifest: readonly ManifestEntry[]): readonly Operation[] {
  if (!existsSync(path)) throw new BadInput('there is no such usage log', shown(path, cwd));
  const known = new Map(manifest.flatMap((entry) => [[entry.manifestId, entry] as const, [entry.id, entry] as const]));
  const parsed = new Map<string, Operation>();
  return logFiles(path).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        line.trim() ? [usageLine(line, `${shown(file, cwd)}:${index + 1}`, known, parsed)] : [],
      ),
  );
}

const logFiles = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path)
        // `usage.jsonl.1` and the like are what rotation leaves behind.
        .filter((file) => /\.(jsonl|ndjson)(\.\d+)?$/.test(file))
        .sort()
        .map((file) => join(path, file));

function usageLine(
  line: string,
  place: string,
  known: ReadonlyMap<string, Operation>,
  parsed: Map<string, Operation>,
): Operation {
  const entry = record(
    orBadInput('not a line of JSON', place, () => JSON.parse(line)),
    place,
  );
  const uses = [useOf(entry, place)];
  const written = [entry.body, entry.query, entry.signature].find((value) => typeof value === 'string');
  const byId = [entry.id, entry.hash, entry.signature].find(
    (value): value is string => typeof value === 'string' && known.has(value),
  );
  const found = byId === undefined ? undefined : known.get(byId);
  if (found) return { ...found, uses };
  const body = text(written, `${place} (body or signature)`);
  if (!/[{]/.test(body))
    throw new BadInput(`signature "${body}" is neither an operation nor known to a manifest`, place);
  const before = parsed.get(body);
  if (before) return { ...before, uses };
  const name = typeof entry.name === 'string' ? entry.name : undefined;
  const operation = toOperation(body, name, place, uses);
  parsed.set(body, operation);
  return operation;
}

function useOf(entry: Fields, place: string): ClientUse {
  const { client } = entry;
  const from = isRecord(client)
    ? client
    : { name: client ?? entry.clientName, version: entry.clientVersion ?? entry.version };
  const count = entry.count ?? 1;
  if (typeof count !== 'number' || !Number.isFinite(count) || count < 0)
    throw new BadInput('count is not a number', place);
  const { lastSeen } = entry;
  if (lastSeen !== undefined && lastSeen !== null && Number.isNaN(Date.parse(String(lastSeen))))
    throw new BadInput('lastSeen is not a time', place);
  return {
    client: typeof from.name === 'string' && from.name ? from.name : 'unknown client',
    version: typeof from.version === 'string' && from.version ? from.version : undefined,
    count,
    lastSeen: lastSeen === undefined || lastSeen === null ? undefined : new Date(String(lastSeen)).toISOString(),
  };
}
