import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress } from '../limits/client-address.ts';
import { networksOf } from '../settings/rates.ts';

/** Finds out from whom a request comes. Behind no proxy that is one answer per connection. */
export function createAddressOf(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = trustedProxies.length > 0 ? networksOf(trustedProxies) : null;
  const known = new WeakMap<Socket, string>();
  return ({ socket, headers }) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    const address = clientAddress(socket.remoteAddress, headers['x-forwarded-for'], trusted);
    if (!trusted) known.set(socket, address);
    return address;
  };
}
