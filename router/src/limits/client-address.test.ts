import { describe, expect, it } from 'vitest';
import { networksOf } from '../settings/rates.ts';
import { clientAddress } from './client-address.ts';

const trusted = networksOf(['10.0.0.0/8', 'fd00::/8']);

describe('the address of a client', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['64:ff9b::c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('of the connection %s is %s', (remote, expected) => {
    expect(clientAddress(remote, undefined, trusted)).toBe(expected);
  });

  it('is not what a stranger writes into X-Forwarded-For', () => {
    expect(clientAddress('192.0.2.7', '198.51.100.1', trusted)).toBe('192.0.2.7');
    expect(clientAddress('10.0.0.1', '198.51.100.1', null)).toBe('10.0.0.1');
  });

  it.each([
    ['the last address that is no proxy of ours', '203.0.113.66, 198.51.100.1', '198.51.100.1'],
    ['found behind several proxies of ours', '203.0.113.66, 198.51.100.1, 10.0.0.9 , fd00::7', '198.51.100.1'],
    ['with a port', '198.51.100.1:5000', '198.51.100.1'],
    ['IPv6', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['IPv6 in brackets with a port', '[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['the last proxy where the rest is no address', 'unknown, 10.0.0.9', '10.0.0.9'],
    ['the proxy where nothing is an address', '"; drop table', '10.0.0.1'],
    ['the proxy where the header is empty', '', '10.0.0.1'],
    ['the innermost proxy where all are ours', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ])('from a trusted proxy is %s', (_what, header, expected) => {
    expect(clientAddress('10.0.0.1', header, trusted)).toBe(expected);
    expect(clientAddress('::ffff:10.0.0.1', [header], trusted)).toBe(expected);
  });

  it('is found soon in a header of a hundred thousand hops', () => {
    const started = performance.now();
    expect(clientAddress('10.0.0.1', '10.0.0.2,'.repeat(100_000), trusted)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', `${'10.0.0.2,'.repeat(100_000)}10.0.0.2`, trusted)).toBe('10.0.0.2');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each([':', '::', ':::::::::', '::%', '[', '[]', 'g::1', '1.2.3', '::ffff:999.1.1.1'])(
    'never throws, even for %s',
    (text) => {
      expect(clientAddress(text, text, trusted)).toBeTypeOf('string');
      expect(clientAddress('10.0.0.1', text, trusted)).toBeTypeOf('string');
    },
  );
});
