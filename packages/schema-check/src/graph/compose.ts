import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Snapshot, Subgraph } from '../input/snapshot.ts';

/** A composed graph: what the router runs on, and what clients see of it. */
export interface Graph {
  readonly supergraphSdl: string;
  readonly supergraph: DocumentNode;
  readonly api: GraphQLSchema;
  readonly hints: readonly Hint[];
}

export interface Hint {
  readonly code: string;
  readonly message: string;
  readonly coordinate: string | undefined;
}

export interface CompositionError {
  readonly code: string;
  readonly message: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly subgraph: string | undefined;
}

export type Composed =
  | { readonly graph: Graph; readonly errors?: never }
  | { readonly graph?: never; readonly errors: readonly CompositionError[] };

const toService = ({ name, url, document }: Subgraph) => ({ name, url, typeDefs: document });

/** Apollo's composition decides. A released snapshot brings its supergraph along and needs none. */
export async function composeSnapshot(snapshot: Snapshot): Promise<Composed> {
  if (snapshot.frozen) return { graph: toGraph(snapshot.frozen, []) };
  const { composeServices } = await import('@apollo/composition'); // Half a second of loading that a released graph can do without.
  const { supergraphSdl, errors, hints = [] } = composeServices(snapshot.subgraphs.map(toService));
  if (errors) return { errors: errors.map((error) => toError(error, snapshot)) };
  return {
    graph: toGraph(
      supergraphSdl,
      hints.map(({ definition, message, coordinate }) => ({ code: definition.code, message, coordinate })),
    ),
  };
}

export function toGraph(supergraphSdl: string, hints: readonly Hint[]): Graph {
  const supergraph = parse(supergraphSdl);
  return { supergraphSdl, supergraph, api: publicSchema(supergraph), hints };
}

/** Composition has judged the supergraph already, so what it made of it is taken as valid. */
export const publicSchema = (supergraph: DocumentNode): GraphQLSchema =>
  buildASTSchema(transformSupergraphToPublicSchema(supergraph), { assumeValid: true, assumeValidSDL: true });

function toError(error: GraphQLError, { subgraphs }: Snapshot): CompositionError {
  const node = error.nodes?.find(({ loc }) => loc !== undefined);
  const owner = node && 'subgraph' in node ? node.subgraph : undefined;
  const named = subgraphs.find(({ name }) => name === owner || error.message.includes(`[${name}]`));
  const code = error.extensions.code;
  return {
    code: typeof code === 'string' ? code : 'COMPOSITION',
    message: error.message,
    subgraph: named?.name,
    file: named?.file,
    line: node?.loc?.startToken.line,
  };
}
