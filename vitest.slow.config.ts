import { defineConfig } from 'vitest/config';
import base from './vitest.config';

/** The tests that take minutes or gigabytes; `npm test` leaves them out. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/src/**/*.slow.test.ts', 'test/**/*.slow.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 600_000,
  },
});
