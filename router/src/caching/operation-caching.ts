import { createHash } from 'node:crypto';
import { getOperationAST, parse } from 'graphql';
import type { KnownOperation } from '../gateway/known-operations.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type AnswerTags, compileAnswerTags } from './answer-tags.ts';
import { type CacheHints, readCacheHints } from './cache-hints.ts';
import { type EntityKeys, readEntityKeys } from './entity-keys.ts';
import type { CachePolicy } from './policy.ts';

/** What of an operation decides over keeping its answers. Made once per operation. */
export interface OperationCaching {
  readonly policy: CachePolicy | null;
  /** Another one for another supergraph, document or operation in it. */
  readonly id: string;
  /** The names of its variables, sorted. What else a caller sends as variables is not part of the question. */
  readonly variables: readonly string[];
  readonly tagsOf: AnswerTags;
}

/** What caching needs to know of a supergraph. */
export interface SupergraphCaching {
  readonly hints: CacheHints;
  readonly keys: EntityKeys;
}

const bySupergraph = new WeakMap<Supergraph, SupergraphCaching>();
const byOperation = new WeakMap<KnownOperation, OperationCaching>();

export function supergraphCaching(supergraph: Supergraph): SupergraphCaching {
  let known = bySupergraph.get(supergraph);
  if (!known) {
    const document = parse(supergraph.sdl, { noLocation: true });
    known = { hints: readCacheHints(document), keys: readEntityKeys(document, supergraph.schema) };
    bySupergraph.set(supergraph, known);
  }
  return known;
}

export function operationCaching(supergraph: Supergraph, operation: KnownOperation): OperationCaching {
  let known = byOperation.get(operation);
  if (!known) {
    known = describe(supergraph, operation);
    byOperation.set(operation, known);
  }
  return known;
}

function describe(supergraph: Supergraph, operation: KnownOperation): OperationCaching {
  const { document, source, compiled, variableDefinitions, cachePolicy: policy } = operation;
  const { keys } = supergraphCaching(supergraph);
  const definition = getOperationAST(document, compiled.name);
  if (!definition) throw new Error('an operation that was compiled is not in its document');
  return {
    policy,
    id: createHash('sha256')
      .update(JSON.stringify([supergraph.id, compiled.name, source]))
      .digest('base64url'),
    variables: variableDefinitions.map(({ variable }) => variable.name.value).sort(),
    tagsOf: policy ? compileAnswerTags(supergraph.apiSchema, keys, document, definition) : () => [],
  };
}
