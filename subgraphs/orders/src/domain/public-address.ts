/** Special-purpose networks of IPv4: nothing there is a merchant's server on the internet. */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map(toNetwork);

/** The one network of IPv6 that the internet uses, which leaves out loopback, link-local, unique-local, NAT64, mapped … */
const GLOBAL_V6 = toNetwork('2000::/3');
/** … and what is special inside it: Teredo and other protocols, documentation, 6to4, AS112. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(toNetwork);

/** True for an address on the internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const bits = toBits(address);
  if (bits === null) return false;
  if (bits.length === 32) return !SPECIAL_V4.some((network) => bits.startsWith(network));
  return bits.startsWith(GLOBAL_V6) && !SPECIAL_V6.some((network) => bits.startsWith(network));
}

/** The address that a URL's host is, without the brackets of IPv6; null where it is a name. */
export function addressOf(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return toBits(bare) === null ? null : bare;
}

/** The leading bits of a network, as a text of 0 and 1. */
function toNetwork(network: string): string {
  const [address = '', length] = network.split('/');
  return (toBits(address) ?? '').slice(0, Number(length));
}

/** All bits of an address as a text: 32 or 128 of them. A zone (`fe80::1%eth0`) is for one machine, so it is no address. */
function toBits(address: string): string | null {
  return address.includes(':') ? bitsOfV6(address) : bitsOfV4(address);
}

function bitsOfV4(address: string): string | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return null;
  const bytes = address.split('.').map(Number);
  return bytes.some((byte) => byte > 255) ? null : bytes.map((byte) => inBits(byte, 8)).join('');
}

function bitsOfV6(address: string): string | null {
  const [, start = address, tail] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(address) ?? [];
  const last = tail === undefined ? '' : bitsOfV4(tail);
  if (last === null) return null;
  // Before an embedded IPv4 address stands a colon that only separates, unless it is the second of "::".
  const text = tail === undefined || start.endsWith('::') ? start : start.slice(0, -1);
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!groups.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  const [before = '', after = ''] = groups.map((half) =>
    half.map((one) => inBits(Number.parseInt(one, 16), 16)).join(''),
  );
  const missing = 128 - before.length - after.length - last.length;
  if (halves.length === 2 ? missing < 16 : missing !== 0) return null;
  return before + '0'.repeat(missing) + after + last;
}

function inBits(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}
