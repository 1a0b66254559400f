import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// graphql has a CommonJS and an ES module build; a schema made by one is foreign to the other. All take the former.
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] };

const shared = {
  globalSetup: ['packages/runtime/src/testing/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  environment: 'node' as const,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve,
        test: {
          ...shared,
          name: 'unit',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'subgraphs/*/src/**/*.test.ts',
            'router/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/router/**/*.test.ts',
            'e2e/faults/report.test.ts',
            'e2e/faults/teeth/fit.test.ts',
          ],
        },
      },
      {
        resolve,
        test: { ...shared, name: 'subgraphs', include: ['subgraphs/*/test/**/*.test.ts', 'router/test/**/*.test.ts'] },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'e2e/faults/report.test.ts', 'e2e/faults/teeth/fit.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
});
