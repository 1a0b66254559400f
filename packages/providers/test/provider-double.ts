import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '@cartograph/contract-server/listen';

/** A server that answers what the test says, and counts. */
export async function openDouble(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const bodies: string[] = [];
  const listening = await listen(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      answer(request, response, body);
    }),
  );
  return { url: listening.url, bodies, [Symbol.asyncDispose]: () => listening.close() };
}

export const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
