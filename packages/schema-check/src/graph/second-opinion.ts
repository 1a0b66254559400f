import type { Snapshot } from '../input/snapshot.ts';

export interface SecondOpinion {
  readonly composes: boolean;
  readonly messages: readonly string[];
}

/** What an independent implementation of the federation specification thinks of the same subgraphs. */
export async function secondOpinion({ subgraphs }: Snapshot): Promise<SecondOpinion> {
  const { composeServices } = await import('@theguild/federation-composition');
  try {
    const { errors } = composeServices(subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })));
    return { composes: !errors, messages: errors?.map(({ message }) => message) ?? [] };
  } catch (error) {
    return { composes: false, messages: [`it failed: ${(error as Error).message}`] };
  }
}
