// A Python with TensorFlow of the version that the engine tfjs-node runs on.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

const environment = join(root, '.cache', 'tensorflow');
const ownPython = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const wheel = 'tensorflow-cpu==2.18.1';

/** The interpreter that `TENSORFLOW_PYTHON` names, or one in a virtual environment, made where it is not there; or what is `missing`. */
export function prepareTensorflowPython() {
  const { TENSORFLOW_PYTHON: given } = process.env;
  if (given) return isReady(given) ? { python: given } : { missing: `${given} (TENSORFLOW_PYTHON) has no tensorflow` };
  if (isReady(ownPython)) return { python: ownPython };
  if (!succeeds('python3', ['-m', 'venv', '--clear', environment])) return { missing: 'Python 3 with venv' };
  console.log(`Installing ${wheel} from PyPI into .cache/tensorflow: about 1.5 GB, a minute or two`);
  succeeds(ownPython, ['-m', 'pip', 'install', '--quiet', wheel]);
  return isReady(ownPython) ? { python: ownPython } : { missing: `pip cannot install ${wheel}` };
}

const isReady = (python) => succeeds(python, ['-c', 'import tensorflow']);

const succeeds = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;
