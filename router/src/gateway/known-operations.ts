import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError, getOperationAST, parse, type VariableDefinitionNode } from 'graphql';
import { createBoundedMap } from '../bounded-map.ts';
import { readCacheHints } from '../caching/cache-hints.ts';
import { type CachePolicy, compileCachePolicy } from '../caching/policy.ts';
import type { CompiledOperation, CompileOperation } from '../execution/operation.ts';
import type { Refused } from '../http/refused.ts';
import { compileCost, type EstimateCost } from '../limits/cost.ts';
import { readCostModel } from '../limits/cost-model.ts';
import { introspects } from '../limits/document.ts';
import { operationRates } from '../limits/operation-rates.ts';
import type { OperationRates } from '../limits/rates.ts';
import { isRefusal } from '../planning/refusal.ts';
import type { RouterSettings } from '../settings/settings-file.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { writePending } from '../turn-end.ts';

/** An operation that was parsed, validated and within the limits, with all that can be known of it before it runs. */
export interface KnownOperation {
  readonly source: string;
  readonly document: DocumentNode;
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  readonly compiled: CompiledOperation & { readonly plan: QueryPlan };
  readonly cost: EstimateCost;
  /** Whether the supergraph says anything of costs. Where it does not, the estimate is a guess, and refuses nothing. */
  readonly priced: boolean;
  /** Null: its answers are not to be kept. */
  readonly cachePolicy: CachePolicy | null;
  /** Which limits of its own it falls under. */
  readonly rates: OperationRates;
  /** Asks about the schema: what it may see depends on who asks. */
  readonly introspects: boolean;
}

export interface KnownOperations {
  /**
   * Compiles on the first call for a text and name. Refused where a list is asked for without saying how long; throws a
   * refusal, without trying again, where it cannot be planned.
   */
  get(source: string, document: DocumentNode, operationName: string | undefined): KnownOperation | Refused;
  /** Only what was compiled before. */
  peek(source: string, operationName: string | undefined): KnownOperation | undefined;
  readonly size: number;
}

/** What is computed of an operation besides its plan. */
export type Rules = Pick<RouterSettings, 'limits' | 'rates'>;

/** Compiled operations are a few tens of kilobytes each; documents are what a stranger can make many of. */
const MAX_OPERATIONS = 2_000;
const MAX_SOURCE_LENGTH = 16 * 1024 * 1024;
/** Of those that could not be planned, which takes longest to find out. */
const MAX_REFUSALS = 10_000;
const MAX_REFUSAL_BYTES = 8 * 1024 * 1024;

/** Keeps what was compiled for one supergraph, the longest unused leaving first. */
export function createKnownOperations(
  supergraph: Supergraph,
  rules: Rules,
  compileOperation: CompileOperation,
): KnownOperations {
  const known = new Map<string, KnownOperation>();
  const compile = createCompiler(supergraph, rules, compileOperation);
  let length = 0;
  const keyOf = (source: string, name: string | undefined) => (name === undefined ? source : `${name}\n${source}`);

  function peek(source: string, name: string | undefined): KnownOperation | undefined {
    const key = keyOf(source, name);
    const found = known.get(key);
    if (!found) return undefined;
    // Last in a Map is newest.
    known.delete(key);
    known.set(key, found);
    return found;
  }

  function keep(key: string, operation: KnownOperation): void {
    known.set(key, operation);
    length += operation.source.length;
    for (const [oldest, { source }] of known) {
      if ((known.size <= MAX_OPERATIONS && length <= MAX_SOURCE_LENGTH) || oldest === key) return;
      known.delete(oldest);
      length -= source.length;
    }
  }

  const refusals = createBoundedMap<Pick<GraphQLError, 'message' | 'extensions'>>({
    maxEntries: MAX_REFUSALS,
    maxBytes: MAX_REFUSAL_BYTES,
    bytesOf: ({ message }) => 2 * message.length,
  });

  function compileOrRemember(key: string, ...operation: Parameters<typeof compile>): KnownOperation | Refused {
    const hash = createHash('sha256').update(key).digest('base64');
    const refused = refusals.get(hash);
    if (refused) throw new GraphQLError(refused.message, { extensions: refused.extensions });
    // A plan may take some hundred milliseconds.
    writePending();
    try {
      return compile(...operation);
    } catch (error) {
      if (isRefusal(error)) {
        const { message, extensions } = error;
        refusals.set(hash, { message, extensions });
      }
      throw error;
    }
  }

  return {
    peek,
    get size() {
      return known.size;
    },
    get(source, document, name) {
      const found = peek(source, name);
      if (found) return found;
      const key = keyOf(source, name);
      const operation = compileOrRemember(key, source, document, name);
      if (!('status' in operation)) keep(key, operation);
      return operation;
    },
  };
}

function createCompiler(supergraph: Supergraph, { limits, rates }: Rules, compileOperation: CompileOperation) {
  const { apiSchema } = supergraph;
  const supergraphDocument = parse(supergraph.sdl, { noLocation: true });
  const model = readCostModel(supergraphDocument);
  const priced = model.lists.size > 0 || model.weights.size > 0;
  const hints = readCacheHints(supergraphDocument);
  return (source: string, document: DocumentNode, name: string | undefined): KnownOperation | Refused => {
    const operation = getOperationAST(document, name);
    if (!operation) throw new Error(`the document has no operation ${name ?? 'that stands alone'}`);
    const cost = compileCost({ schema: apiSchema, model, document, operation, settings: limits.cost });
    if (typeof cost !== 'function') return cost;
    return {
      source,
      document,
      variableDefinitions: operation.variableDefinitions ?? [],
      compiled: compileOperation(supergraph, document, name),
      cost,
      priced,
      cachePolicy: compileCachePolicy(hints, apiSchema, document, operation),
      rates: operationRates(document, operation, source, rates),
      introspects: introspects(document, limits.document),
    };
  };
}
