// A Python with the newest torch and transformers of PyPI, and what is asked of it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

const environment = join(root, '.cache', 'round-trips');
const ownPython = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const packages = ['torch', 'transformers>=5,<6', 'safetensors', 'numpy'];

/**
 * The interpreter that `PEER_PYTHON` names, or one in a virtual environment, which is made where it is not there.
 *
 * @returns `{ python }`, or `{ missing }`: what stands in the way
 */
export function preparePython() {
  const { PEER_PYTHON: given } = process.env;
  if (given) return isReady(given) ? { python: given } : { missing: `${given} (PEER_PYTHON) has no transformers 5` };
  if (isReady(ownPython)) return { python: ownPython };
  if (!succeeds(systemPython(), ['-m', 'venv', '--clear', environment]))
    return { missing: 'Python 3.10 or newer with venv' };
  console.log('Installing torch and transformers from PyPI into .cache/round-trips: about 5 GB, some minutes');
  if (!succeeds(ownPython, ['-m', 'pip', 'install', '--quiet', ...packages]))
    return { missing: 'pip cannot install torch and transformers' };
  return isReady(ownPython) ? { python: ownPython } : { missing: 'the transformers installed does not load' };
}

const isReady = (python) => succeeds(python, ['-c', 'import torch, transformers as t; assert t.__version__ >= "5"']);

const systemPython = () => (succeeds('python3', ['--version']) ? 'python3' : 'python');

const succeeds = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;

/** Has Python load each model below a directory that has a logits.json: `{ name, texts, difference, clean, version }` each. */
export function checkTransformers(python, directory) {
  const report = join(directory, 'differences.json');
  rmSync(report, { force: true });
  runPython(python, ['peers/check_transformers.py', directory], () => existsSync(report));
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** Has Python save models of every task below a directory. */
export const saveModels = (python, directory) => runPython(python, ['peers/save_models.py', directory]);

/** What Python says is shown only where it did not do its work: its libraries say much. */
function runPython(python, args, succeeded = ({ status }) => status === 0) {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const result = spawnSync(python, args, { cwd: root, env, encoding: 'utf8' });
  if (!succeeded(result)) throw new Error(`${python} ${args.join(' ')} failed\n${result.stdout}${result.stderr}`);
}
