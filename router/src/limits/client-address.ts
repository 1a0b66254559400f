import type { BlockList } from 'node:net';
import { isIP, isIPv4 } from 'node:net';

/** Further back nobody honest is: a header of ten thousand hops is not read to its end. */
const MOST_HOPS = 20;

/**
 * Whose requests are counted together when nobody signed in: the address of the connection, or, where that is a trusted
 * proxy, the nearest address in `X-Forwarded-For` that is none. What stands further left anybody may have written.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  forwardedFor: string | string[] | undefined,
  trusted: BlockList | null,
): string {
  let client = plainAddress(remoteAddress ?? '');
  if (trusted && forwardedFor !== undefined && isTrusted(client, trusted)) {
    const hops = (typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',')).slice(-2_000).split(',');
    for (let left = 0; left < MOST_HOPS && hops.length > 0; left += 1) {
      const hop = plainAddress(withoutPort(hops.pop()?.trim() ?? ''));
      if (isIP(hop) === 0) break; // Not an address: then the proxy that wrote it is all that is known.
      client = hop;
      if (!isTrusted(client, trusted)) break;
    }
  }
  return networkOf(client);
}

const isTrusted = (address: string, trusted: BlockList): boolean => {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

function withoutPort(hop: string): string {
  if (hop.startsWith('[')) return hop.slice(1, hop.indexOf(']'));
  return hop.includes('.') ? (hop.split(':', 1)[0] ?? hop) : hop;
}

/** Without the zone of a link, and IPv4 as IPv4, however it is written. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%', 1);
  const lower = plain.toLowerCase();
  const mapped = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/.exec(lower)?.[1];
  if (mapped && isIPv4(mapped)) return mapped;
  return lower;
}

/** An IPv6 customer has a whole /64: 2^64 addresses to come from, and one limit. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address || 'unknown';
  const groups = groupsOf(address);
  const [a = 0, b = 0, c = 0, d = 0, , , high = 0, low = 0] = groups;
  // IPv4 behind a translator of addresses: the customers of a whole provider share that /64.
  const isIpv4 =
    (a === 0x64 && b === 0xff9b) || (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff);
  if (isIpv4) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${a.toString(16)}:${b.toString(16)}:${c.toString(16)}:${d.toString(16)}::/64`;
}

function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::', 2);
  const first = numbersOf(head);
  const last = tail === undefined ? [] : numbersOf(tail);
  return [...first, ...Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last];
}

const numbersOf = (part: string): readonly number[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16) || 0];
        const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
        return [(a << 8) | b, (c << 8) | d];
      });
