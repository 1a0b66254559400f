import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it, vi } from 'vitest';
import { openPersistedOperations } from './open-persisted.ts';

const logger = createLogger('router', 'silent');
const automatic = { enabled: true, entries: 10, memory: 100_000, lifetime: 1_000 };

function manifestFile() {
  const path = join(mkdtempSync(join(tmpdir(), 'cartograph-manifest-')), 'operations.json');
  const write = (text: string) => {
    writeFileSync(`${path}.next`, text);
    renameSync(`${path}.next`, path);
  };
  const list = (...bodies: string[]) =>
    write(
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: bodies.map((body, index) => ({ id: `id-${index}`, name: `N${index}`, type: 'query', body })),
      }),
    );
  return { path, write, list };
}

describe('the manifest of a running router', () => {
  it('is taken up when it changes, and one that is none is left aside', async () => {
    const file = manifestFile();
    file.list('{ a }');
    const onChange = vi.fn();
    const error = vi.fn();
    const { operations, close } = await openPersistedOperations(
      { safelist: 'only', manifest: file.path, automatic },
      { logger: { info() {}, error } as never, onChange },
    );
    file.write('no manifest');
    await vi.waitFor(() => expect(error).toHaveBeenCalled(), 5_000);
    expect(operations.resolve({ query: '{ a }' })).toEqual({ document: '{ a }', hash: null });
    expect(operations.resolve({ query: '{ b }' })).toMatchObject({ status: 403 });
    file.list('{ b }');
    await vi.waitFor(
      () => expect(operations.resolve({ query: '{ b }' })).toEqual({ document: '{ b }', hash: null }),
      5_000,
    );
    expect(operations.resolve({ query: '{ a }' })).toMatchObject({ status: 403 });
    expect(onChange).toHaveBeenCalledTimes(2);
    close();
  });

  it.each([
    ['missing', () => '/nowhere/operations.json', 'Run "npm run operations"'],
    [
      'none',
      () => {
        const file = manifestFile();
        file.write('{}');
        return file.path;
      },
      'format: must be',
    ],
  ])('that is %s stops the start', async (_case, path, problem) => {
    const settings = { safelist: 'only', manifest: path(), automatic } as const;
    await expect(openPersistedOperations(settings, { logger })).rejects.toThrow(problem);
  });

  it('is not even looked for while it does not count', async () => {
    const settings = { safelist: 'off', manifest: '/nowhere/operations.json', automatic } as const;
    const { operations, close } = await openPersistedOperations(settings, { logger });
    expect(operations.resolve({ query: '{ a }' })).toEqual({ document: '{ a }', hash: null });
    close();
  });

  it('that is all there is takes no additions from clients', async () => {
    const file = manifestFile();
    file.list('{ a }');
    const settings = { safelist: 'only', manifest: file.path, automatic } as const;
    const { operations, close } = await openPersistedOperations(settings, { logger });
    const sha256Hash = 'ab'.repeat(32);
    expect(operations.resolve({ extensions: { persistedQuery: { version: 1, sha256Hash } } })).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_IN_LIST',
    });
    close();
  });
});
