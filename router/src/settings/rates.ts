import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { choice, count, duration, flag, section, text } from './units.ts';

/** `requests` in every `per`, of which `burst` may come at once. */
const rate = (requests: number, per: string, burst: number) =>
  section({
    requests: count(requests, { min: 1, max: 1_000_000_000 }),
    per: duration(per, { min: '1s', max: '7d' }),
    burst: count(burst, { min: 1, max: 1_000_000_000 }),
  });

export interface RateSettings {
  readonly requests: number;
  /** Milliseconds. */
  readonly per: number;
  readonly burst: number;
}

const written = (form: RegExp, allowed: string) =>
  z
    .string({ error: `must be ${allowed}` })
    .regex(form, { error: `must be ${allowed}` })
    .optional();

/** What some operations may do less often, whoever asks. */
const operation = section({
  field: written(/^[_A-Za-z]\w*$/, 'the name of a field of Query or Mutation'),
  operation: written(/^[_A-Za-z]\w*$/, 'the name of an operation'),
  hash: written(/^[0-9a-f]{64}$/, 'the SHA-256 of a document in 64 hexadecimal digits'),
  by: choice(['client', 'address'], 'client'),
  requests: count(10, { min: 1 }),
  per: duration('1m', { min: '1s', max: '7d' }),
  burst: count(10, { min: 1 }),
}).refine(({ field, operation, hash }) => [field, operation, hash].filter((each) => each !== undefined).length === 1, {
  error: 'must name one of field, operation and hash',
});

export type OperationRateSettings = z.output<typeof operation>;

const by = (which: 'client' | 'address', field: string, requests: number, per: string, burst: number) => ({
  field,
  by: which,
  requests,
  per,
  burst,
});

const network = z.string().refine((written) => parseNetwork(written) !== null, {
  error: 'must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8 or fd00::/8',
});

export const rates = section({
  enforced: flag(true),
  trustedProxies: z.array(network, { error: 'must be a list of addresses and networks' }).prefault([]),
  clients: section({
    anonymous: rate(1_200, '1m', 300),
    guest: rate(600, '1m', 200),
    customer: rate(600, '1m', 200),
    staff: rate(1_800, '1m', 600),
    service: rate(60_000, '1m', 6_000),
  }),
  guestsOfAddress: rate(2_400, '1m', 600),
  badTokens: rate(30, '1m', 30),
  operations: z
    .array(operation, { error: 'must be a list of limits' })
    .prefault([
      by('address', 'signIn', 30, '1m', 30),
      by('address', 'signInStaff', 10, '1m', 10),
      by('address', 'register', 20, '1m', 20),
      by('address', 'startGuestSession', 120, '1m', 60),
      by('address', 'requestPasswordReset', 10, '1m', 10),
      by('address', 'resetPassword', 10, '1m', 10),
      by('client', 'placeOrder', 60, '1m', 60),
      by('address', 'placeOrder', 300, '1m', 150),
      by('client', 'applyDiscountCode', 30, '1m', 15),
    ]),
  remembered: count(100_000, { min: 100, max: 10_000_000 }),
  redis: section({
    prefix: text('cartograph', 'a short name'),
    every: duration('10ms', { min: '1ms', max: '1s' }),
    timeout: duration('200ms', { min: '10ms', max: '5s' }),
    retryEvery: duration('500ms', { min: '10ms', max: '10s' }),
  }),
});

export type RatesSettings = z.output<typeof rates>;

function parseNetwork(written: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | null {
  const [address = '', prefix, ...rest] = written.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return null;
  const all = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? all : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return bits >= 0 && bits <= all ? { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' } : null;
}

/** The networks of `trustedProxies`, to look addresses up in. */
export function networksOf(written: readonly string[]): BlockList {
  const list = new BlockList();
  for (const each of written) {
    const network = parseNetwork(each);
    if (network) list.addSubnet(network.address, network.bits, network.family);
  }
  return list;
}
