import { describe, expect, it, vi } from 'vitest';
import { createProviderCalls, hadNoEffect, type ProviderCallsOptions, readRetryAfter } from '../src/calls.ts';
import { createProviderHttp } from '../src/http.ts';
import { json, openDouble } from './provider-double.ts';

async function open(answer: Parameters<typeof openDouble>[0], options: Partial<ProviderCallsOptions> = {}) {
  const double = await openDouble(answer);
  const calls = createProviderCalls({ provider: 'carrier', timeoutMs: 300, ...options });
  const http = createProviderHttp({ baseUrl: `${double.url}/api`, calls });
  return {
    ...{ double, calls, http },
    async [Symbol.asyncDispose]() {
      await http.close();
      await double[Symbol.asyncDispose]();
    },
  };
}
const ask = { method: 'POST', path: '/labels', body: { weight: 1 } } as const;

describe('a call to a provider', () => {
  it('is repeated until there is an answer, where that has no second effect', async () => {
    let count = 0;
    await using one = await open((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else json(response, count === 2 ? 503 : 200, { count });
    });
    expect(await one.http.send({ ...ask, mayRepeat: true })).toMatchObject({ status: 200, body: { count: 3 } });
  });

  it('is made once where a second one could have an effect', async () => {
    await using one = await open((_request, response) => void response.destroy());
    await expect(one.http.send({ ...ask, mayRepeat: false })).rejects.toMatchObject({ name: 'Unavailable' });
    expect(one.double.bodies).toEqual(['{"weight":1}']);
  });

  it('says when nothing happened for sure: refused by a limit, nobody reached, nobody asked', async () => {
    let answer: number | 'cut' = 429;
    await using one = await open(
      (_request, response) => (answer === 'cut' ? void response.destroy() : json(response, answer, {})),
      { failuresToOpen: 4 },
    );
    const send = () => one.http.send({ ...ask, mayRepeat: false }).catch(hadNoEffect);
    expect(await send()).toBe(true);
    answer = 'cut';
    expect(await send()).toBe(false);
    answer = 503;
    expect([await send(), await send()]).toEqual([false, false]);
    expect([await send(), one.double.bodies.length]).toEqual([true, 4]);
    const nobody = createProviderHttp({
      baseUrl: 'http://127.0.0.1:9',
      calls: createProviderCalls({ provider: 'x', timeoutMs: 300 }),
    });
    expect(await nobody.send({ ...ask, mayRepeat: false }).catch(hadNoEffect)).toBe(true);
    await nobody.close();
  });

  it('is one of many at once, of which Node does not warn', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on('warning', listen);
    const calls = createProviderCalls({ provider: 'carrier', timeoutMs: 5_000 });
    let goOn: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const many = Array.from({ length: 30 }, () => calls.run(true, () => held));
    await new Promise(setImmediate);
    goOn();
    await Promise.all(many);
    // Warnings are told in a turn of their own.
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('gives what was refused as an answer', async () => {
    await using one = await open((_request, response) => json(response, 422, { error: 'address' }));
    expect(await one.http.send({ ...ask, mayRepeat: true })).toMatchObject({ status: 422, body: { error: 'address' } });
    expect(one.double.bodies).toHaveLength(1);
  });

  it('waits as long as a limit asks for, and gives up when that is too long', async () => {
    let wait = '0.2';
    let count = 0;
    await using one = await open((_request, response) => {
      count += 1;
      json(response, count === 2 ? 200 : 429, {}, { 'retry-after': wait });
    });
    const began = performance.now();
    expect((await one.http.send({ ...ask, mayRepeat: true })).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(190);
    wait = '60';
    await expect(one.http.send({ ...ask, mayRepeat: true })).rejects.toMatchObject({ name: 'Unavailable' });
    expect(count).toBe(3);
  });

  it('ends at its deadline, and says that it did', async () => {
    await using one = await open(() => {}, { timeoutMs: 50, attempts: 1 });
    await expect(one.http.send({ ...ask, mayRepeat: true })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('is not made while the provider does not answer anybody, and made again when it does', async () => {
    let isDown = true;
    const options = { failuresToOpen: 3, halfOpenAfterMs: 100 };
    await using one = await open((_request, response) => json(response, isDown ? 500 : 200, {}), options);
    const send = () => one.http.send({ ...ask, mayRepeat: false });
    for (let count = 0; count < 5; count += 1) await expect(send()).rejects.toMatchObject({ name: 'Unavailable' });
    expect(one.double.bodies).toHaveLength(3);
    expect(one.calls.isOpenForCalls()).toBe(false);
    isDown = false;
    await vi.waitFor(async () => expect((await send()).status).toBe(200), 5_000);
    expect(one.calls.isOpenForCalls()).toBe(true);
  });

  it('throws a defect as it is', async () => {
    const calls = createProviderCalls({ provider: 'carrier', timeoutMs: 300 });
    const defect = () => Promise.reject(new TypeError('x is not a function'));
    await expect(calls.run(true, defect)).rejects.toThrow(TypeError);
  });
});

it('a pause is asked for in seconds or as a date', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(readRetryAfter('2', now)).toBe(2_000);
  expect(readRetryAfter('Thu, 01 Jan 2026 00:00:03 GMT', now)).toBe(3_000);
  for (const header of [undefined, '', 'soon']) expect(readRetryAfter(header, now)).toBeNull();
});
