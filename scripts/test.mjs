import { build, ensureInstalled, run } from './install.mjs';

ensureInstalled();
build('build');
run('npx', ['--no-install', 'vitest', 'run', ...process.argv.slice(2)]);
