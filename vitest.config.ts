import { defineConfig } from 'vitest/config';

const shared = {
  globalSetup: ['packages/runtime/src/testing/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  environment: 'node' as const,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'subgraphs/*/src/**/*.test.ts',
            'router/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        test: { ...shared, name: 'subgraphs', include: ['subgraphs/*/test/**/*.test.ts', 'router/test/**/*.test.ts'] },
      },
      { test: { ...shared, name: 'e2e', include: ['e2e/**/*.test.ts'], fileParallelism: false } },
    ],
  },
});
