import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));

/** Tests run against the sources, so that a change is seen without a build. */
export const sources = [
  { find: /^@attune\/([a-z]+)$/, replacement: `${packages}$1/src/index.ts` },
  { find: /^@attune\/([a-z]+)\/([a-z]+)$/, replacement: `${packages}$1/src/$2/index.ts` },
  { find: /^attune$/, replacement: `${packages}cli/src/index.ts` },
];

export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/*.slow.test.ts', '**/*.peers.test.ts'],
    // TensorFlow.js's gradients are ESM that Node cannot import: bundled once, as the build does.
    deps: { optimizer: { ssr: { enabled: true, include: ['@tensorflow/tfjs-core/dist/register_all_gradients'] } } },
    env: { HF_HUB_OFFLINE: '1' }, // a test asks no hub but its own
    reporters: ['default', './scripts/skipped-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
