import { defineConfig } from 'vitest/config';
import base from './vitest.config';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/src/**/*.slow.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 1_800_000,
  },
});
