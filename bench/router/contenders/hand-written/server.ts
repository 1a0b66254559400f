import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { GraphqlRequest } from '../../workloads/workload.ts';

/** What answers one operation: the text of the whole response. */
export type Answer = (variables: GraphqlRequest['variables']) => Promise<string>;

/** A server that knows some operations by their text, and nothing else. */
export function serve(operations: ReadonlyMap<string, Answer>, port: number): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      answer(body.toString()).then(
        (text) => send(response, 200, text),
        (error: Error) => send(response, 502, JSON.stringify({ errors: [{ message: error.message }] })),
      );
    });
    request.on('error', () => response.destroy());
  });
  async function answer(body: string): Promise<string> {
    const { query, variables } = JSON.parse(body) as GraphqlRequest;
    const operation = operations.get(query);
    if (!operation) throw new Error('not an operation of this server');
    return operation(variables);
  }
  server.listen(port, '127.0.0.1');
}

function send(response: ServerResponse<IncomingMessage>, status: number, text: string) {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
