import { composeSchemaContract } from '@theguild/federation-composition';
import { buildASTSchema, type GraphQLSchema } from 'graphql';
import type { Contract } from '../input/settings.ts';
import type { Snapshot } from '../input/snapshot.ts';

export type Variant =
  | { readonly api: GraphQLSchema; readonly errors?: never }
  | { readonly api?: never; readonly errors: readonly string[] };

/** The graph as the clients of one contract see it: what its tags leave over. */
export function composeContract({ subgraphs }: Snapshot, { include, exclude }: Contract): Variant {
  const services = subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document }));
  const filter = { include: new Set(include), exclude: new Set(exclude) };
  const { publicDocumentNode, errors } = composeSchemaContract(services, filter, true);
  if (errors) return { errors: errors.map(({ message }) => message) };
  return { api: buildASTSchema(publicDocumentNode, { assumeValid: true, assumeValidSDL: true }) };
}
