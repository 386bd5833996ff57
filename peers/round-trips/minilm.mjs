// MiniLM fine-tuned on job titles and exported, through the command line as it was built.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '@attune/data/node';
import { root, run } from '../../scripts/install.mjs';

const shared = join(root, '..', 'shared');
const pretrained = join(shared, 'weights', 'minilm-l6');
const titles = join(shared, 'data', 'sectors', 'reed_titles.csv');
const heldOutCount = 1500;

/** What is missing to fine-tune MiniLM; `undefined` where nothing is. */
export function missingForMinilm() {
  const absent = [pretrained, titles].filter((path) => !existsSync(path));
  return absent.length > 0 ? `${absent.join(' and ')} not found` : undefined;
}

/**
 * Trains for three epochs, unless an earlier run is there, and exports fp32 and int8 anew.
 *
 * @returns the run's directory and 1,500 texts it has not seen, with their labels
 */
export async function prepareMinilm(directory) {
  const out = join(directory, 'minilm');
  const { train, validation, heldOut } = await parts();
  if (!existsSync(join(out, 'model', 'model.safetensors'))) {
    const files = { train: join(directory, 'train.jsonl'), validation: join(directory, 'validation.jsonl') };
    mkdirSync(directory, { recursive: true });
    writeRows(files.train, train);
    writeRows(files.validation, validation);
    const what = ['--task', 'sequence-classification', '--text', 'title', '--label', 'category', '--model', pretrained];
    const how = ['--epochs', '3', '--learning-rate', '1e-4', '--max-length', '64', '--out', out, '--overwrite'];
    attune('train', '--data', files.train, '--eval-data', files.validation, ...what, ...how);
  }
  attune('export', out, '--format', 'onnx', '--precision', 'both', '--overwrite');
  return { run: out, texts: heldOut.map(({ title }) => title), labels: heldOut.map(({ category }) => category) };
}

/** Every fifth title is held out, one in ten is for validation, the rest for training. */
async function parts() {
  const rows = (await readTable(titles)).rows.map(({ fields }) => fields);
  const every = (...remainders) => rows.filter((_, i) => remainders.includes(i % 10));
  return {
    train: every(1, 2, 3, 4, 6, 7, 8),
    validation: every(9),
    heldOut: every(0, 5).slice(0, heldOutCount),
  };
}

const writeRows = (path, rows) => writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** Its output is not this script's. */
function attune(...args) {
  const options = { stdio: ['ignore', 2, 'inherit'], shell: false };
  run(process.execPath, [join(root, 'packages', 'cli', 'dist', 'bin.js'), ...args], options);
}
