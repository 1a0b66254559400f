/** A resolver as graphql-js calls it; what it gets is typed where it is written. */
// biome-ignore lint/suspicious/noExplicitAny: parents differ by type, and each resolver names its own
export type Resolver = (parent: any, args: any) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

export interface SubgraphSource {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: Resolvers;
}

export interface GraphqlRequest {
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Subgraphs that answer from memory, and what clients ask of them. */
export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly subgraphs: readonly SubgraphSource[];
  readonly requests: Readonly<Record<string, GraphqlRequest>>;
}

export const FEDERATION = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
`;

/** The operation's name is in its text, so it is told from there. */
export function request(query: string, variables: GraphqlRequest['variables'] = {}): GraphqlRequest {
  const operationName = /^\s*query (\w+)/m.exec(query)?.[1];
  if (!operationName) throw new Error(`a query without a name: ${query}`);
  return { operationName, query, variables };
}

/** Entities by key, as a reference resolver wants them. */
export const byKey = <T>(key: keyof T & string, rows: readonly T[]) => {
  const found = new Map(rows.map((row) => [row[key], row]));
  return (reference: T) => found.get(reference[key]) ?? null;
};
