import { defineConfig } from 'vitest/config';

const pure = ['core/**/*.test.ts', 'cards/**/*.test.ts', 'agents/**/*.test.ts', 'evals/**/*.test.ts'];
const exclude = ['**/node_modules/**', '.countersign/**'];

/**
 * `pure` needs nothing; `engines` has real Postgres, Redis and Temporal for the whole run. No file keeps state in a module that
 * another reads, so each module is loaded once in each worker: with the SDKs that is most of what starting a file takes.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: pure,
          exclude,
          testTimeout: 480_000,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engines',
          include: ['**/*.test.ts'],
          exclude: [...exclude, ...pure],
          globalSetup: ['test/global-engines.ts'],
          testTimeout: 480_000,
          hookTimeout: 480_000,
          expect: { poll: { timeout: 90_000 } },
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
