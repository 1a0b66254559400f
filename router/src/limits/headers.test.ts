import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { limits } from '../settings/limits.ts';
import { securityHeaders } from './headers.ts';

async function answeredWith(settings: object): Promise<Headers> {
  const { flat } = securityHeaders(limits.parse(settings).headers);
  const server = createServer((_request, response) => {
    response.writeHead(200, [...flat, 'content-type', 'application/json']);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.closeAllConnections();
  server.close();
  return headers;
}

describe('an answer', () => {
  it('cannot be framed, sniffed as something else, embedded, or leak where it was asked from', async () => {
    const headers = await answeredWith({});
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers.has(name)).toBe(false);
  });

  it('asks browsers to come by HTTPS alone where the settings say so', async () => {
    const headers = await answeredWith({ headers: { strictTransportSecurity: true } });
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('has the same headers in both forms', () => {
    const { record, flat } = securityHeaders({ strictTransportSecurity: true });
    expect(flat).toEqual(Object.entries(record).flat());
  });
});
