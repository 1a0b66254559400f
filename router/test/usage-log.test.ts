import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { operationSignature } from '../src/usage/signature.ts';
import { createUsageLog, type Use } from '../src/usage/usage-log.ts';
import { openGraph } from './supergraph.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'cartograph-usage-'));
const logger = createLogger('router', 'silent');
const read = (path: string): Use[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the signature of an operation', () => {
  it('keeps the shape and nothing that a caller put into it', () => {
    const query =
      'mutation { signIn(input: { email: "ada@example.com", tries: 3, rate: 1.5, kind: STAFF }) { token } }';
    expect(operationSignature(parse(query))).toBe(
      'mutation{signIn(input:{email:"" tries:0 rate:0 kind:STAFF}){token}}',
    );
  });
});

describe('the usage log', () => {
  it('counts per operation and client, without variables', async () => {
    const usageLog = folder();
    {
      await using graph = await openGraph({ config: { usageLog } });
      const shop = { 'apollographql-client-name': 'shop', 'apollographql-client-version': '1.2' };
      for (let i = 0; i < 3; i += 1)
        await graph.ask(
          { query: 'mutation Add($title: String!) { addBook(title: $title) { id } }', variables: { title: 'secret' } },
          shop,
        );
      await graph.ask({ query: '{ books { title } }' });
      await graph.ask({ query: '{ nonsense }' }, shop);
    }
    const lines = read(join(usageLog, 'usage.jsonl'));
    expect(lines).toEqual([
      {
        signature: 'mutation Add($title:String!){addBook(title:$title){id}}',
        name: 'Add',
        client: { name: 'shop', version: '1.2' },
        count: 3,
        lastSeen: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      },
      expect.objectContaining({
        signature: '{books{title}}',
        client: { name: 'unknown client', version: null },
        count: 1,
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('does not write down a client name that is something else', async () => {
    const usageLog = folder();
    {
      await using graph = await openGraph({ config: { usageLog } });
      await graph.ask({ query: '{ books { title } }' }, { 'apollographql-client-name': '<ada@example.com>;drop' });
    }
    expect(read(join(usageLog, 'usage.jsonl'))[0]?.client.name).toBe('unknown client');
  });

  it('rotates by size and keeps a bounded number of files', () => {
    const path = folder();
    const log = createUsageLog({ folder: path, logger, maxBytes: 100, keepFiles: 2 });
    for (let i = 0; i < 10; i += 1) {
      log.record({ signature: `{field${i}}`, name: null, client: { name: 'shop', version: null } });
      log.flush();
    }
    log.close();
    expect(readdirSync(path).sort()).toEqual(['usage.jsonl', 'usage.jsonl.1', 'usage.jsonl.2']);
    expect(read(join(path, 'usage.jsonl'))[0]?.signature).toBe('{field9}');
  });

  it('counts a bounded number of kinds, whatever callers send', () => {
    const path = folder();
    const log = createUsageLog({ folder: path, logger, maxEntries: 5 });
    for (let i = 0; i < 100; i += 1)
      log.record({ signature: `{field${i}}`, name: null, client: { name: 'shop', version: null } });
    log.close();
    expect(read(join(path, 'usage.jsonl'))).toHaveLength(5);
  });
});
