import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Runs a command in the repository's root; ends this process with its code where it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs what package.json names where it is missing or older than the lockfile. */
export function ensureInstalled() {
  const installed = new URL('../node_modules/.package-lock.json', import.meta.url);
  const lockfile = new URL('../package-lock.json', import.meta.url);
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  // `npm install`, not `npm ci`: a lockfile made on one system lacks the others' optional binaries.
  run('npm', ['install', '--no-save', ...quietly]);
}

/**
 * Installs what a folder's own package.json names, which stays out of Attune's dependencies: peers to be measured against, tools
 * to check with. Returns the folder of what is installed.
 */
export function ensureToolsInstalled(folder) {
  const installed = join(root, folder, 'node_modules', '.package-lock.json');
  const lockfile = join(root, folder, 'package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs)
    run('npm', ['install', '--no-save', '--prefix', folder, '--ignore-scripts', ...quietly]);
  return join(root, folder, 'node_modules');
}

/** Builds what changed since the last build. */
export function build(...tasks) {
  run('npx', ['--no-install', 'turbo', 'run', ...tasks, '--output-logs=errors-only', '--no-update-notifier'], {
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', npm_config_loglevel: 'error' },
    stdio: ['ignore', 2, 'inherit'],
  });
}
