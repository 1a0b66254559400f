import { createHash } from 'node:crypto';
import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph as FederationSupergraph,
} from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import { admitComposedDirectives } from '../planning/composed-directives.ts';
import { createPlanner, type Planner } from '../planning/planner.ts';

/** A composed supergraph, ready to plan operations against. */
export interface Supergraph {
  /** SHA-256 of the SDL in base64url: what was made for one supergraph is never used for another. */
  readonly id: string;
  readonly sdl: string;
  /** What callers see: nothing inaccessible, none of federation's own types. */
  readonly apiSchema: GraphQLSchema;
  /** What subgraphs see together; representations may hold inaccessible fields and types. */
  readonly schema: GraphQLSchema;
  /** Name and routing URL of each subgraph. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  readonly planner: Planner;
}

/**
 * What is taken beyond the stock gateway's list. Features that guard (`@authenticated`, `@requiresScopes`, `@policy`) are not:
 * a supergraph that counts on them is refused, rather than served unguarded.
 */
const SUPPORTED_FEATURES = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
  'https://specs.apollo.dev/cacheTag/v0.1',
]);

/** Builds what a composed supergraph says. Throws where it is none, or needs a feature that is not supported here. */
export function loadSupergraph(sdl: string): Supergraph {
  const supergraph = FederationSupergraph.build(sdl, {
    supportedFeatures: SUPPORTED_FEATURES,
    validateSupergraph: true,
  });
  admitComposedDirectives(supergraph);
  return {
    id: createHash('sha256').update(sdl).digest('base64url'),
    sdl,
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    schema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: [...supergraph.subgraphsMetadata()].map(({ name, url = '' }) => ({ name, url })),
    planner: createPlanner(sdl, supergraph),
  };
}
