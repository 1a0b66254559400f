import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import type { RouterContext } from '../../src/context.ts';
import { compileOperation } from '../../src/execution/compile.ts';
import type { SubgraphAnswer, SubgraphClient } from '../../src/subgraphs/subgraph-client.ts';
import { loadSupergraph } from '../../src/supergraph/supergraph.ts';
import { composed } from '../supergraph.ts';

export interface SubgraphInMemory {
  readonly sdl: string;
  readonly resolvers?: object;
  /** Answers in the subgraph's place, as no honest one would. */
  readonly lies?: (body: { query: string; variables: Record<string, unknown> }) => unknown;
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@context", "@fromContext"])';

const CONTEXT: RouterContext = { viewer: { kind: 'anonymous' }, requestId: 'test', deadline: Number.POSITIVE_INFINITY };

/** A supergraph over subgraphs in memory; `sent` holds each request body, by subgraph. */
export function graphOf(subgraphs: Readonly<Record<string, SubgraphInMemory>>) {
  const sdl = Object.fromEntries(Object.entries(subgraphs).map(([name, one]) => [name, `${LINK}\n${one.sdl}`]));
  const supergraph = loadSupergraph(composed(sdl));
  const sent: Record<string, { query: string; variables: Record<string, unknown> }[]> = {};
  const clients = new Map<string, SubgraphClient>();
  for (const [name, { resolvers = {}, lies }] of Object.entries(subgraphs)) {
    const schema = buildSubgraphSchema({ typeDefs: parse(sdl[name] ?? ''), resolvers: resolvers as never });
    clients.set(name, {
      name,
      async send({ body }) {
        const { query, variables } = JSON.parse(body);
        sent[name] = [...(sent[name] ?? []), { query, variables }];
        const answer =
          lies?.({ query, variables }) ?? (await graphql({ schema, source: query, variableValues: variables }));
        return JSON.parse(JSON.stringify(answer)) as SubgraphAnswer;
      },
      ready: async () => true,
      close: async () => {},
    });
  }
  function compile(query: string, draw?: () => number) {
    const operation = compileOperation(supergraph, parse(query), undefined, draw);
    return {
      operation,
      async ask(variables: Record<string, unknown> = {}) {
        const { data, errors } = await operation.execute({ variables, context: CONTEXT, subgraphs: clients });
        return { data: JSON.parse(data), text: data, errors };
      },
    };
  }
  return {
    sent,
    supergraph,
    compile,
    ask: (query: string, variables: Record<string, unknown> = {}, draw?: () => number) =>
      compile(query, draw).ask(variables),
  };
}
