import type { FetchNode } from '@apollo/query-planner';
import { compileEntityCaching, type EntityCaching } from '../caching/entity-cache.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { Batch } from './batch.ts';
import type { Run } from './run.ts';
import { compileVariables } from './variables.ts';
import type { Json } from './walk.ts';

/** What a subgraph is asked for. */
export interface Questions {
  readonly texts: readonly string[];
  readonly targets: readonly Json[][];
  /** Keeps the answer to one of them, before anything is merged into it. */
  readonly keep?: (index: number, entity: unknown) => void;
}

export interface KeptAndMissing {
  readonly found: readonly { readonly entity: Json; readonly targets: readonly Json[] }[];
  readonly missing: Questions;
}

export type KeptEntities = (run: Run, batch: Batch, variables: string) => Promise<KeptAndMissing>;

/** Looks for the entities of a fetch among those that are kept. Gives null where the schema lets none be kept. */
export function compileKeptEntities(node: FetchNode, supergraph: Supergraph): () => KeptEntities | null {
  let compiled: KeptEntities | null | undefined;
  // Made with the first request that could use it: where nothing is kept, it never is.
  return () => {
    if (compiled === undefined) {
      const caching = compileEntityCaching(supergraph, node);
      compiled = caching && createKeptEntities(caching, node);
    }
    return compiled;
  };
}

function createKeptEntities(caching: EntityCaching, node: FetchNode): KeptEntities {
  const variables = compileVariables(node);
  const { serviceName: subgraph } = node;
  return async (run, { texts, targets }, own) => {
    // What a plan adds begins with a comma, for it follows the representations.
    const text = variables(run, own.startsWith(',') ? own.slice(1) : own);
    // Whoever keeps the whole answer has to know that this subgraph is in it, whether or not it is asked.
    run.subgraphs.get(subgraph);
    const lookup = await run.entities?.lookup(caching, run.context.viewer, text, texts);
    if (!lookup) return { found: [], missing: { texts, targets } };
    const indices: number[] = [];
    const found: { entity: Json; targets: readonly Json[] }[] = [];
    for (const [index, entity] of lookup.found.entries()) {
      if (entity) found.push({ entity, targets: targets[index] as Json[] });
      else indices.push(index);
    }
    return {
      found,
      missing: {
        texts: indices.map((index) => texts[index] as string),
        targets: indices.map((index) => targets[index] as Json[]),
        keep: (index, entity) => lookup.keep(indices[index] as number, entity),
      },
    };
  };
}
