// Writes docs/reference and docs/errors.md from the sources: the test that checks them, told to write.
import { spawnSync } from 'node:child_process';
import { root } from '../install.mjs';

const env = { ...process.env, WRITE_REFERENCE: '1' };
const { status } = spawnSync('npx', ['vitest', 'run', 'scripts/reference'], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
