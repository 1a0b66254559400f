import type { SubgraphClient } from '../subgraphs/subgraph-client.ts';

/** What one request does on its way, for logs and traces. Only there where something of it is wanted. */
export interface RequestWatch {
  subgraphCalls: number;
}

/** A client that tells each request's watch of its calls. */
export const watchedClient = (client: SubgraphClient): SubgraphClient => ({
  name: client.name,
  send(call, context) {
    if (context.watch) context.watch.subgraphCalls += 1;
    return client.send(call, context);
  },
  ready: () => client.ready(),
  close: () => client.close(),
});
