import { defineConfig } from 'vitest/config';
import base from './vitest.config';

/** The tests that need what npm does not have, such as a GPU or a program that acts as one; `npm run test:peers` runs them. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/src/**/*.peers.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 300_000,
    maxWorkers: 1,
  },
});
