import { expect, test } from 'vitest';
import { createStatementNames, prepareByName } from './prepared.ts';

const stale = Object.assign(new Error('cached plan must not change result type'), { code: '0A000' });

/** Stands for a connection on which the first statement of each name fails when told so. */
function fakeConnection(failing: (name: string | undefined) => boolean) {
  const sent: (string | undefined)[] = [];
  const query = prepareByName((config, ...rest) => {
    const { name } = (typeof config === 'string' ? {} : config) as { name?: string };
    sent.push(name);
    const error = failing(name) ? stale : null;
    const callback = rest.at(-1);
    if (typeof callback === 'function') return void callback(error, 'rows');
    return error ? Promise.reject(error) : Promise.resolve('rows');
  }, createStatementNames());
  return { sent, query };
}

test('a statement with parameters keeps its name, and one without has none', async () => {
  const { sent, query } = fakeConnection(() => false);
  await query('SELECT $1', [1]);
  await query({ text: 'SELECT $1', values: [2] });
  await query('BEGIN');
  expect(sent[0]).toMatch(/^\S{20,63}$/);
  expect(sent).toEqual([sent[0], sent[0], undefined]);
});

test('a statement whose columns a migration changed is prepared anew, and answered', async () => {
  const { sent, query } = fakeConnection((name) => name?.endsWith('.0') === true);
  expect(await query('SELECT $1', [1])).toBe('rows');
  expect(sent.map((name) => name?.slice(-2))).toEqual(['.0', '.1']);
  const answer = await new Promise((resolve) =>
    query('SELECT $1', [1], (_error: unknown, rows: unknown) => resolve(rows)),
  );
  expect(answer).toBe('rows');
});

test("any other failure is the caller's", async () => {
  const query = prepareByName(() => Promise.reject(new Error('no such table')), createStatementNames());
  await expect(query('SELECT $1', [1])).rejects.toThrow('no such table');
});
