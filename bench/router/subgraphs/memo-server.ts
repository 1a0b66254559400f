import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import type { GraphqlRequest, SubgraphSource } from '../workloads/workload.ts';

/** Bodies kept per subgraph. A bench sends a handful; whoever sends more pays for graphql-js. */
const MAX_BODIES = 2_000;

/** What was asked of a subgraph so far. */
export interface Traffic {
  readonly requests: number;
  /** Bodies alone, without headers. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface OpenSubgraph {
  readonly url: string;
  traffic(): Traffic;
  close(): void;
}

/**
 * A subgraph that answers from memory. Every router words its queries in its own way, so graphql-js works each body out
 * once; what is asked again is found by its text, and costs as little as a server can.
 */
export async function openSubgraph({ typeDefs, resolvers }: SubgraphSource): Promise<OpenSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: { ...resolvers } });
  const known = new Map<string, Buffer>();
  let [requests, bytesIn, bytesOut] = [0, 0, 0];
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      let answer = known.get(body);
      if (!answer) {
        answer = Buffer.from(JSON.stringify(await answerTo(schema, body)));
        if (known.size < MAX_BODIES) known.set(body, answer);
      }
      requests += 1;
      bytesIn += Buffer.byteLength(body);
      bytesOut += answer.length;
      send(response, answer);
    });
  });
  // Routers keep connections for as long as they like; a subgraph that hangs up would cost them a reconnect.
  server.keepAliveTimeout = 300_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    traffic: () => ({ requests, bytesIn, bytesOut }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, answer: Buffer) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
  response.end(answer);
}

/** One operation, or a list of them: some routers join what they ask of one subgraph. */
async function answerTo(schema: GraphQLSchema, body: string): Promise<unknown> {
  const asked = JSON.parse(body) as GraphqlRequest | GraphqlRequest[];
  const one = ({ query, variables, operationName }: GraphqlRequest) =>
    execute({ schema, document: parse(query), variableValues: variables ?? {}, operationName });
  return Array.isArray(asked) ? Promise.all(asked.map(one)) : one(asked);
}
