// A Python with the newest torch and transformers of PyPI, to compare with and to measure against.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './install.mjs';

const environment = join(root, '.cache', 'round-trips');
const ownPython = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const packages = ['torch', 'transformers>=5,<6', 'safetensors', 'numpy'];

/**
 * The interpreter that `PEER_PYTHON` names, or one in a virtual environment, which is made or completed where it has to be.
 *
 * @param also packages that are needed besides torch and transformers, called on PyPI as in Python
 * @param installs whether what is missing is installed; default true
 * @returns `{ python }`, or `{ missing }`: what stands in the way
 */
export function preparePython({ also = [], installs = true } = {}) {
  const { PEER_PYTHON: given } = process.env;
  const wanted = ['transformers 5', ...also].join(' or no ');
  if (given) return isReady(given, also) ? { python: given } : { missing: `${given} (PEER_PYTHON) has no ${wanted}` };
  if (isReady(ownPython, also)) return { python: ownPython };
  if (!installs) return { missing: 'npm run test:round-trips has not installed it, and PEER_PYTHON names none' };
  if (!isReady(ownPython) && !succeeds(systemPython(), ['-m', 'venv', '--clear', environment]))
    return { missing: 'Python 3.10 or newer with venv' };
  console.log('Installing torch and transformers from PyPI into .cache/round-trips: about 5 GB, some minutes');
  if (!succeeds(ownPython, ['-m', 'pip', 'install', '--quiet', ...packages, ...also]))
    return { missing: 'pip cannot install torch and transformers' };
  return isReady(ownPython, also) ? { python: ownPython } : { missing: 'the transformers installed does not load' };
}

const isReady = (python, also = []) =>
  succeeds(python, ['-c', `import ${['torch', ...also, 'transformers as t'].join(', ')}; assert t.__version__ >= "5"`]);

const systemPython = () => (succeeds('python3', ['--version']) ? 'python3' : 'python');

const succeeds = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;
