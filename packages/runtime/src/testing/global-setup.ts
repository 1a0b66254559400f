import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../database/embedded.ts';
import { ROOT } from '../sdl.ts';
import { dropLeftovers } from './test-templates.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Administrator's URL of the server that all tests share. */
    testDatabaseUrl: string;
    /** Names the databases of this run, so that a later one knows whose they were. */
    testRun: string;
  }
}

/** One PostgreSQL for the whole run: TEST_DATABASE_URL, or an embedded one that ends with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  const dir = join(fileURLToPath(ROOT), '.cartograph', 'test-postgres');
  const server = external ? undefined : await startEmbedded({ dir, durable: false });
  const adminUrl = external ?? server?.adminUrl ?? '';
  // Each vitest project runs this file: the second finds the server running, and the last to end stops it.
  project.provide('testDatabaseUrl', adminUrl);
  const run = String(process.pid);
  project.provide('testRun', run);
  return async () => {
    await dropLeftovers(adminUrl, run);
    await server?.stop();
  };
}
