// What needs packages from PyPI or Debian: installs them where it can, skips with a message where it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, ensureInstalled, root, run } from './install.mjs';

const environment = join(root, '.cache', 'peers');
const python = join(environment, 'bin', 'python');
const succeeds = (command, args) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;
const hasTorch = (interpreter) => succeeds(interpreter, ['-c', 'import torch']);

const missing = preparePython();
if (missing) {
  console.log(`test:peers skipped: ${missing}`);
} else {
  ensureInstalled();
  build('build');
  const models = join(environment, 'models');
  const pretrained = join(root, '..', 'shared', 'weights', 'minilm-l6');
  run(process.execPath, ['peers/save-models.mjs', models, ...(existsSync(pretrained) ? [pretrained] : [])]);
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TRANSFORMERS_VERBOSITY: 'error' };
  run(python, ['peers/check_transformers.py', models], { env });
  console.log('test:peers passed');
}

/** Makes a virtual environment with torch and transformers; what is missing, where that cannot be done. */
function preparePython() {
  if (succeeds(python, ['-c', 'import torch, transformers'])) return undefined;
  const system = '/usr/bin/python3';
  if (!hasTorch(system) && !installTorch(system))
    return "Python has no torch, and Debian's python3-torch cannot be installed";
  if (!succeeds(system, ['-m', 'venv', '--clear', '--system-site-packages', environment]))
    return 'python3-venv is missing';
  // The last transformers that runs on Debian's torch 1.13.
  if (!succeeds(python, ['-m', 'pip', 'install', '--quiet', 'transformers==4.46.3']))
    return 'pip cannot install transformers';
  return succeeds(python, ['-c', 'import torch, transformers']) ? undefined : 'transformers does not load';
}

function installTorch(system) {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return false;
  console.log("test:peers: installing Debian's python3-torch");
  succeeds('apt-get', ['update']);
  return (
    succeeds('apt-get', ['install', '-y', '--no-install-recommends', 'python3-torch', 'python3-venv']) &&
    hasTorch(system)
  );
}
