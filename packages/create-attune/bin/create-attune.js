#!/usr/bin/env node
// Committed, not built: npm links a bin when it installs, which in a clone is before there is a dist/.
import { existsSync } from 'node:fs';

const program = new URL('../dist/bin.js', import.meta.url);
if (existsSync(program)) {
  import(program.href);
} else {
  process.stderr.write('create-attune: dist/ is missing: expected a built program; run: npm run build\n');
  process.exitCode = 1;
}
