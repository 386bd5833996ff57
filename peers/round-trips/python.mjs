// What is asked of a Python with transformers.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

/** Has Python load each model below a directory that has a logits.json: `{ name, texts, difference, clean, version }` each. */
export function checkTransformers(python, directory) {
  const report = join(directory, 'differences.json');
  rmSync(report, { force: true });
  runPython(python, ['peers/check_transformers.py', directory], () => existsSync(report));
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** Has Python save models of every task below a directory. */
export const saveModels = (python, directory) => runPython(python, ['peers/save_models.py', directory]);

/** Has PEFT save adapters, and their bases, below a directory. */
export const saveAdapters = (python, directory) => runPython(python, ['peers/adapters.py', 'save', directory]);

/** Has PEFT load the adapters that are there in `NAME/attune`: results as `checkTransformers` gives. */
export function checkAdapters(python, directory) {
  runPython(python, ['peers/adapters.py', 'check', directory]);
  return JSON.parse(readFileSync(join(directory, 'differences.json'), 'utf8'));
}

/** What Python says is shown only where it did not do its work: its libraries say much. */
function runPython(python, args, succeeded = ({ status }) => status === 0) {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const result = spawnSync(python, args, { cwd: root, env, encoding: 'utf8' });
  if (!succeeded(result)) throw new Error(`${python} ${args.join(' ')} failed\n${result.stdout}${result.stderr}`);
}
