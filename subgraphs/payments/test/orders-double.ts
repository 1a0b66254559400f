import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Orders, as far as the outbox can tell: it takes what it is told and remembers it. */
export async function listenAsOrders() {
  const told: { orderId: string; status: string; eventId: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      told.push((JSON.parse(body) as { variables: (typeof told)[number] }).variables);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { paymentChanged: true } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { told, url: `http://127.0.0.1:${port}/graphql`, close: () => server.closeAllConnections() ?? server.close() };
}
