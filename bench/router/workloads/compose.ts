import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { Workload } from './workload.ts';

/** The supergraph's SDL with each subgraph at its URL. */
export function composeSupergraph({ subgraphs }: Workload, urls: Readonly<Record<string, string>>): string {
  const services = subgraphs.map(({ name, typeDefs }) => ({ name, url: urls[name] ?? '', typeDefs: parse(typeDefs) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl)
    throw new Error(`the workload does not compose:\n${errors?.map(({ message }) => message).join('\n')}`);
  return supergraphSdl;
}
