import type { Viewer } from '@cartograph/kernel/viewer';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { rates as schema } from '../settings/rates.ts';
import { operationRates } from './operation-rates.ts';
import { createRates } from './rates.ts';

const rate = (requests: number, burst = requests) => ({ requests, per: '1m', burst });
const open = (written: object) => {
  const clock = { now: 0 };
  const settings = schema.parse(written);
  return { clock, settings, rates: createRates(settings, () => clock.now) };
};
const ANONYMOUS: Viewer = { kind: 'anonymous' };
const guest = (guestId: string): Viewer => ({ kind: 'guest', guestId });
const ADA: Viewer = { kind: 'customer', customerId: 'Customer:ada' };

function ratesOf(text: string, settings: Parameters<typeof operationRates>[3]) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return operationRates(document, operation, text, settings);
}

describe('requests', () => {
  it('over the limit are refused with 429 and the time to wait', () => {
    const { rates, clock } = open({ clients: { anonymous: rate(60, 2) } });
    expect([rates.takeRequest(ANONYMOUS, '192.0.2.1'), rates.takeRequest(ANONYMOUS, '192.0.2.1')]).toEqual([
      null,
      null,
    ]);
    expect(rates.takeRequest(ANONYMOUS, '192.0.2.1')).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests. Retry later.',
      headers: { 'retry-after': '1' },
    });
    expect(rates.takeRequest(ANONYMOUS, '192.0.2.2')).toBeNull();
    clock.now += 1_000;
    expect(rates.takeRequest(ANONYMOUS, '192.0.2.1')).toBeNull();
  });

  it('are counted by who asks, wherever from, once that is known', () => {
    const { rates } = open({ clients: { customer: rate(60, 2) } });
    rates.takeRequest(ADA, '192.0.2.1');
    rates.takeRequest(ADA, '192.0.2.2');
    expect(rates.takeRequest(ADA, '192.0.2.3')?.status).toBe(429);
    expect(rates.takeRequest({ kind: 'customer', customerId: 'Customer:bob' }, '192.0.2.1')).toBeNull();
    expect(rates.takeRequest({ kind: 'staff', staffId: 'Staff:1', roles: [] }, '192.0.2.1')).toBeNull();
    expect(rates.takeRequest({ kind: 'service', service: 'orders' }, '192.0.2.1')).toBeNull();
  });

  it('of a thousand guests at one address are those of one client', () => {
    const { rates } = open({ clients: { guest: rate(60, 2) }, guestsOfAddress: rate(60, 10) });
    const passed = Array.from({ length: 1_000 }, (_, i) => rates.takeRequest(guest(`Guest:${i}`), '192.0.2.1'));
    expect(passed.filter((refusal) => refusal === null)).toHaveLength(10);
    expect(rates.takeRequest(guest('Guest:1'), '192.0.2.9')).toBeNull();
  });

  it('are only counted where limits are not enforced', () => {
    const { rates } = open({ enforced: false, clients: { anonymous: rate(1) }, badTokens: rate(1) });
    rates.noteBadToken('192.0.2.1');
    for (let i = 0; i < 5; i += 1) expect(rates.takeRequest(ANONYMOUS, '192.0.2.1')).toBeNull();
    expect(rates.mayTryToken('192.0.2.1')).toBeNull();
  });

  it('are counted in well under a microsecond', () => {
    const { rates } = open({ clients: { customer: { requests: 1e9, per: '1m', burst: 1e9 } } });
    for (let i = 0; i < 10_000; i += 1) rates.takeRequest(ADA, '192.0.2.1');
    const started = performance.now();
    for (let i = 0; i < 100_000; i += 1) rates.takeRequest(ADA, '192.0.2.1');
    expect((performance.now() - started) / 100).toBeLessThan(10);
  });
});

describe('bad tokens', () => {
  it('are verified so often and no more, and do not harm who has good ones', () => {
    const { rates, clock } = open({ badTokens: rate(60, 3) });
    for (let i = 0; i < 100; i += 1) expect(rates.mayTryToken('192.0.2.1')).toBeNull();
    for (let i = 0; i < 3; i += 1) rates.noteBadToken('192.0.2.1');
    expect(rates.mayTryToken('192.0.2.1')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(rates.mayTryToken('192.0.2.2')).toBeNull();
    clock.now += 1_000;
    expect(rates.mayTryToken('192.0.2.1')).toBeNull();
  });
});

describe('an operation', () => {
  const SIGN_IN = { field: 'signIn', by: 'address', requests: 60, per: '1m', burst: 3 };
  const ORDER = { field: 'placeOrder', requests: 60, per: '1m', burst: 2 };

  it('with a limit of its own is counted by address or by client', () => {
    const { rates, settings } = open({ operations: [SIGN_IN, ORDER] });
    const signIn = ratesOf('mutation { signIn { token } }', settings);
    const order = ratesOf('mutation { placeOrder { id } }', settings);
    for (let i = 0; i < 3; i += 1) expect(rates.takeOperation(guest(`Guest:${i}`), '192.0.2.1', signIn)).toBeNull();
    expect(rates.takeOperation(ADA, '192.0.2.1', signIn)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests of "signIn". Retry later.',
      headers: { 'retry-after': '1' },
    });
    expect(rates.takeOperation(ADA, '192.0.2.1', order)).toBeNull();
    expect(rates.takeOperation(ADA, '192.0.2.2', order)).toBeNull();
    expect(rates.takeOperation(ADA, '192.0.2.3', order)?.status).toBe(429);
    for (let i = 0; i < 10; i += 1)
      expect(rates.takeOperation({ kind: 'service', service: 'marketplace' }, '192.0.2.1', order)).toBeNull();
    // A guest of the same id is somebody else.
    expect(rates.takeOperation(guest('Customer:ada'), '192.0.2.1', order)).toBeNull();
  });

  it('that tries many passwords under other names counts once for each', () => {
    const { rates, settings } = open({ operations: [SIGN_IN] });
    const two = ratesOf(
      'mutation { a: signIn { token } ...F ...F } fragment F on Mutation { b: signIn { token } }',
      settings,
    );
    expect(two.counts).toEqual([{ rule: 0, times: 2 }]);
    expect(rates.takeOperation(ANONYMOUS, '192.0.2.1', two)).toBeNull();
    expect(rates.takeOperation(ANONYMOUS, '192.0.2.1', two)?.status).toBe(429);
    const many = ratesOf(`mutation { ${Array.from({ length: 20 }, (_, i) => `a${i}: signIn { token }`)} }`, settings);
    expect(rates.takeOperation(ANONYMOUS, '192.0.2.9', many)).toMatchObject({
      status: 400,
      code: 'OPERATION_TOO_LARGE',
      message: 'One request may not ask for more than 3 of "signIn".',
    });
  });

  it('is found by name or by hash too, and most have no limit', () => {
    const text = 'query Prices { prices { amount } }';
    const hash = 'd97a4679ea490ef6780840b38a2eaa1d6a94e6ef664bdc4b0f7aeae47e55dfae';
    const { settings } = open({ operations: [{ operation: 'Prices' }, { hash }, { field: 'placeOrder' }] });
    expect(ratesOf(text, settings).counts).toEqual([
      { rule: 0, times: 1 },
      { rule: 1, times: 1 },
    ]);
    expect(ratesOf('{ prices { amount } }', settings).counts).toEqual([]);
    expect(ratesOf('{ ...A } fragment A on Query { ...A ... { ...B } }', settings).counts).toEqual([]);
  });

  it('has the limits of the shop by default', () => {
    const { settings } = open({});
    const counts = (text: string) => ratesOf(text, settings).counts.map(({ rule }) => settings.operations[rule]?.field);
    expect(counts('mutation { placeOrder { id } }')).toEqual(['placeOrder', 'placeOrder']);
    expect(counts('mutation { signIn { id } signInStaff { id } }')).toEqual(['signIn', 'signInStaff']);
    expect(counts('{ products { id } }')).toEqual([]);
  });
});
