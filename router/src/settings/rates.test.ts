import { describe, expect, it } from 'vitest';
import { networksOf, rates } from './rates.ts';

const problemsOf = (written: unknown) => rates.safeParse(written).error?.issues.map(({ message }) => message) ?? [];

describe('the rates in the settings', () => {
  it.each([
    [{ trustedProxies: ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'] }, []],
    [{ trustedProxies: ['10.0.0.0/33'] }, [expect.stringContaining('must be an address such as 10.0.0.7')]],
    [{ trustedProxies: ['proxy.example'] }, [expect.stringContaining('must be an address such as')]],
    [{ trustedProxies: '10.0.0.1' }, ['must be a list of addresses and networks']],
    [{ operations: [{ field: 'placeOrder', requests: 5 }] }, []],
    [{ operations: [{ requests: 5 }] }, ['must name one of field, operation and hash']],
    [{ operations: [{ field: 'a', operation: 'b' }] }, ['must name one of field, operation and hash']],
    [{ operations: [{ field: 'a', by: 'moon' }] }, ['must be one of client, address']],
    [{ operations: [{ hash: 'abc' }] }, ['must be the SHA-256 of a document in 64 hexadecimal digits']],
    [{ operations: [3] }, [expect.stringContaining('must be a group of settings: field, operation')]],
    [{ operations: [{ field: 'a', burts: 3 }] }, [expect.stringContaining('has no setting "burts"')]],
    [{ clients: { guest: { requests: 0 } } }, [expect.stringContaining('whole number from 1')]],
  ])('%j', (written, problems) => {
    expect(problemsOf(written)).toEqual(problems);
  });

  it('know the addresses of the trusted networks', () => {
    const trusted = networksOf(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
    expect(trusted.check('10.200.3.4')).toBe(true);
    expect(trusted.check('192.0.2.2')).toBe(false);
    expect(trusted.check('fd12::1', 'ipv6')).toBe(true);
  });
});
