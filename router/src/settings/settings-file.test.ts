import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { policyOf } from './resilience.ts';
import { readSettings } from './settings-file.ts';

const SHIPPED = new URL('../../router.yaml', import.meta.url);

const folder = mkdtempSync(join(tmpdir(), 'cartograph-settings-'));
let files = 0;
function reading(yaml: string) {
  files += 1;
  const file = join(folder, `${files}.yaml`);
  writeFileSync(file, yaml);
  return { file, read: () => readSettings({ ROUTER_SETTINGS: file }) };
}
const settingsIn = (yaml: string) => reading(yaml).read();

const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** `{ a: { b: 1 } }` as `['a', 'a.b']`. */
const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([key, inner]) => [
    `${path}${key}`,
    ...(isGroup(inner) && !Array.isArray(inner) ? keysOf(inner, `${path}${key}.`) : []),
  ]);

describe('router.yaml as it is shipped', () => {
  it('holds every setting, each with its default', () => {
    expect(readSettings({})).toEqual(settingsIn(''));
    expect(keysOf(parse(readFileSync(SHIPPED, 'utf8'))).sort()).toEqual(keysOf(settingsIn('')).sort());
  });

  it('gives a reason above or beside each of them', () => {
    const lines = readFileSync(SHIPPED, 'utf8').split('\n');
    const bare = lines.filter(
      (line, index) => /^\s*\w+:/.test(line) && !line.includes(' # ') && !/^\s*#/.test(lines[index - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });
});

describe('a settings file', () => {
  it('of its own keeps the defaults of what it does not name, also in groups left empty', () => {
    const { all } = settingsIn('resilience:\n  all:\n    queryTimeout: 250ms\n    retry:\n').resilience;
    expect(all).toEqual({ ...settingsIn('').resilience.all, queryTimeout: 250 });
  });

  it('sets one subgraph apart, and the rest of its policy stays as for all', () => {
    const { resilience } = settingsIn(
      'resilience: { all: { retry: { burst: 7 }, queue: 1 }, subgraphs: { payments: { queue: 9, retry: { attempts: 2 } } } }',
    );
    expect(policyOf(resilience, 'payments')).toEqual({
      ...resilience.all,
      queue: 9,
      retry: { ...resilience.all.retry, attempts: 2, burst: 7 },
    });
    expect(policyOf(resilience, 'orders')).toEqual(resilience.all);
    expect(policyOf(resilience, 'constructor')).toEqual(resilience.all);
  });

  it.each([
    [
      'resilience: { all: { queryTimout: 5s } }',
      'resilience.all has no setting "queryTimout". Known here: queryTimeout',
    ],
    ['resiliance: {}', 'the file has no setting "resiliance". Known here: resilience'],
    [
      'resilience: { all: { queryTimeout: 5 } }',
      'resilience.all.queryTimeout must be a duration such as 250ms, 5s or 2m',
    ],
    ['resilience: { all: { queryTimeout: 5 parsecs } }', 'resilience.all.queryTimeout must be a duration'],
    ['resilience: { all: { queryTimeout: 6m } }', 'from 1ms to 5m.'],
    ['resilience: { all: { maxAnswer: 1TB } }', 'resilience.all.maxAnswer must be a size such as 512B, 256kB or 16MB'],
    ['resilience: { all: { retry: { attempts: 2.5 } } }', 'retry.attempts must be a whole number from 1 to 20.'],
    ['resilience: { all: { breaker: { failures: 6 } } }', 'breaker.failures must be a whole number from 1 to 5.'],
    ['resilience: { all: { retry: { budget: lots } } }', 'retry.budget must be a number from 0 to 10.'],
    ['resilience: { subgraphs: { a: { queue: -1 } } }', 'resilience.subgraphs.a.queue must be a whole number'],
    ['resilience: { subgraphs: [a] }', 'resilience.subgraphs must be a group of subgraph names'],
    ['resilience: [1]', 'resilience must be a group of settings: all, subgraphs.'],
    ['- 1', 'the file must be a group of settings: '],
    ['resilience: {', 'is not YAML'],
    ['resilience: {}\nresilience: {}', 'Map keys must be unique'],
  ])('that says %j stops the start with the file, the key and what is allowed', (yaml, problem) => {
    const { file, read } = reading(yaml);
    expect(read).toThrow(problem);
    expect(read).toThrow(file);
  });

  it('that is not there is named with the variable that names it', () => {
    expect(() => readSettings({ ROUTER_SETTINGS: '/nowhere/router.yaml' })).toThrow(
      'ROUTER_SETTINGS names /nowhere/router.yaml, which cannot be read (ENOENT).',
    );
  });

  it.each([
    ['1500ms', 1_500],
    ['1.5s', 1_500],
    ['2 m', 120_000],
  ])('reads the time %s as %d milliseconds', (written, milliseconds) => {
    expect(settingsIn(`resilience: { all: { queryTimeout: ${written} } }`).resilience.all.queryTimeout).toBe(
      milliseconds,
    );
  });

  it.each([
    ['512B', 512],
    ['256kB', 262_144],
    ['1.5MB', 1_572_864],
  ])('reads the size %s as %d bytes', (written, bytes) => {
    expect(settingsIn(`resilience: { all: { maxAnswer: ${written} } }`).resilience.all.maxAnswer).toBe(bytes);
  });
});
