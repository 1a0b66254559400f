import { describe, expect, it } from 'vitest';
import { compiledExecutor } from '../federation/compiled-executor.ts';
import type { Engine, EngineAnswer } from '../federation/engine.ts';
import { explore } from './explore.ts';

/** Some minutes on a machine that does other things as well. */
const PATIENCE = { timeout: 900_000 };

describe('the compiled executor', () => {
  it('answers 2,000 generated operations as the merged schema and the stock gateway do', PATIENCE, async () => {
    const tally = await explore({ cases: 2_000, seed: 4_711, operations: 25, shrinkMs: 60_000 });
    expect(tally.cases).toBe(2_000);
    expect(tally.compared.stock, 'answers under faults that the gateway was asked about').toBeGreaterThan(400);
  });
});

it('an exploration goes on where another ended', PATIENCE, async () => {
  const asked = async (from: number, cases: number) => {
    const queries: string[] = [];
    const engine: Engine = {
      name: 'that is listened to',
      run(request) {
        queries.push(request.query);
        return compiledExecutor.run(request);
      },
    };
    await explore({ cases, from, seed: 7, operations: 5, shrinkMs: 0, engine });
    return queries;
  };
  const whole = await asked(0, 30);
  const rest = await asked(20, 10);
  expect(rest.length).toBeGreaterThan(0);
  expect(whole.slice(-rest.length)).toEqual(rest);
});

/** An executor that does one thing wrong. */
const broken = (name: string, spoil: (answer: EngineAnswer) => EngineAnswer): Engine => ({
  name,
  run: async (request) => spoil(await compiledExecutor.run(request)),
});

const firstObject = (data: unknown): Record<string, unknown> | undefined =>
  typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;

describe('the differential test notices an executor', () => {
  it.each([
    [
      'that writes fields in another order',
      ({ data, errors }: EngineAnswer) => {
        const object = firstObject(data);
        return { data: object ? Object.fromEntries(Object.entries(object).reverse()) : data, errors };
      },
    ],
    [
      'that lets a null stand where none may be',
      ({ data, errors }: EngineAnswer) => {
        const object = firstObject(data);
        return { data: object && Object.fromEntries(Object.keys(object).map((key) => [key, null])), errors };
      },
    ],
    ['that keeps errors to itself', ({ data }: EngineAnswer) => ({ data, errors: [] })],
    [
      'that places errors one step too high',
      ({ data, errors }: EngineAnswer) => ({
        data,
        errors: errors.map(({ path, ...error }) => ({ ...error, ...(path && { path: path.slice(0, -1) }) })),
      }),
    ],
    [
      'that tells more than it was asked for',
      ({ data, errors }: EngineAnswer) => ({ data: data && { ...data, more: 1 }, errors }),
    ],
  ])('%s', PATIENCE, async (name, spoil) => {
    const engine = broken(name, spoil);
    await expect(explore({ cases: 400, seed: 7, operations: 25, shrinkMs: 0, engine })).rejects.toThrow(/seed 7/);
  });
});
