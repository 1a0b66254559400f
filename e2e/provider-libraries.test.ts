import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import { expect, it } from 'vitest';
import { freeBasePort } from './src/process.ts';

const LIBRARIES =
  `stripe @adyen/api-library @easypost/api @shopify/admin-api-client @hubspot/api-client soap klaviyo-api
  twilio @sendgrid/mail @sendgrid/client nodemailer @aws-sdk/client-sqs oauth4webapi pdfkit`.split(/\s+/);

it('loads a provider’s library where the provider is on, and nowhere else', async () => {
  await using databases = await testDatabases();
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-libraries-'));
  const urls = Object.entries(databases.urls).map(([name, url]) => [`DATABASE_URL_${name.toUpperCase()}`, url]);
  const { PATH = '', HOME = '' } = process.env;
  const script = fileURLToPath(new URL('src/list-packages.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', script, String(await freeBasePort())],
      {
        cwd: fileURLToPath(ROOT),
        env: { PATH, HOME, LOG_LEVEL: 'error', DATA_DIR: folder, ...Object.fromEntries(urls) },
        timeout: 110_000,
      },
    );
    const { idle, busy } = JSON.parse(stdout) as { readonly idle: string[]; readonly busy: string[] };
    expect(idle).toEqual(expect.arrayContaining(['pg', 'fastify', 'graphql', 'undici']));
    expect(idle.filter((name) => LIBRARIES.includes(name))).toEqual([]);
    // Fastify would, for schemas of routes that we have none of.
    expect(idle).not.toContain('ajv');
    expect(busy.filter((name) => LIBRARIES.includes(name))).toEqual(['stripe']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
