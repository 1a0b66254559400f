import type { IncomingMessage } from 'node:http';
import { ERROR_CODES } from '@cartograph/kernel/errors';
import { isStaff } from '@cartograph/kernel/viewer';
import type { Identity } from '../http/identity.ts';
import type { Refused } from '../http/refused.ts';
import type { TelemetrySettings } from '../settings/telemetry.ts';

/** Null: whoever sends this may see how the router does. */
export type MayLook = (request: IncomingMessage) => Promise<Refused | null>;

export interface AccessParts {
  readonly identity: Identity;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly loopback: TelemetrySettings['pages']['loopback'];
  readonly production: boolean;
}

const TOKEN = { status: 401, headers: { 'www-authenticate': 'Bearer' } } as const;
const NOBODY: Refused = { ...TOKEN, code: 'UNAUTHENTICATED', message: 'Send the access token of a member of staff.' };
const NOT_STAFF: Refused = { status: 403, code: 'FORBIDDEN', message: ERROR_CODES.FORBIDDEN, headers: {} };

/** Staff by their token, and, where the settings say so, people on this machine. Nobody else. */
export const createAccess =
  ({ identity, addressOf, loopback, production }: AccessParts): MayLook =>
  async (request) => {
    const here = loopback === 'always' || (loopback === 'development' && !production);
    if (here && isFromHere(request, addressOf)) return null;
    const { authorization } = request.headers;
    if (authorization === undefined) return NOBODY;
    const viewer = identity.peek(authorization) ?? (await identity.identify(authorization, addressOf(request)));
    if ('status' in viewer) return viewer;
    return isStaff(viewer) ? null : NOT_STAFF;
  };

/** What proxies write, and programs on this machine do not. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via', 'cf-connecting-ip'];

/**
 * Whether somebody on this machine asks, and not somebody through this machine: neither a proxy's callers, nor the page
 * of another site in a browser here, be it that its name leads to this address (hence the look at `host`).
 */
function isFromHere(request: IncomingMessage, addressOf: AccessParts['addressOf']): boolean {
  const { headers, socket, httpVersion } = request;
  if (!isLoopback(socket.remoteAddress ?? '') || !isLoopback(addressOf(request))) return false;
  // Proxies speak 1.0 unless told otherwise, browsers and Prometheus never do.
  if (httpVersion === '1.0' || FORWARDING.some((name) => headers[name] !== undefined)) return false;
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'same-origin' && site !== 'none')) return false;
  return LOCAL_HOST.test(headers.host ?? '');
}

const LOCAL_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** Addresses as `clientAddress` writes them, or as a socket does. */
const isLoopback = (address: string): boolean =>
  /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1' || address === '0:0:0:0::/64';
