// Every round trip, a row or more each: { trip, model, texts, what, figure, limit, holds }.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { transformersJsLogits, transformersJsVersion } from '../../benchmarks/transformers-js.mjs';
import { run } from '../../scripts/install.mjs';
import { checkAttune } from '../check-attune.mjs';
import { largestDifference, logitsOf, maxLength } from '../logits.mjs';
import { compareAdapters } from './adapters.mjs';
import { best, share } from './labels.mjs';
import { prepareMinilm } from './minilm.mjs';
import { checkTransformers, saveModels } from './python.mjs';

const task = 'sequence-classification';

export async function compareAll(directory, python) {
  const [models, fromPython] = [join(directory, 'models'), join(directory, 'from-python')];
  const minilm = await prepareMinilm(models);
  run(process.execPath, ['peers/save-models.mjs', models]);
  const engine = await openEngine();
  const { logits, model } = await logitsOf(join(minilm.run, 'model'), { task, texts: minilm.texts, engine });
  const { labels } = model.config;
  const record = { task, texts: minilm.texts, logits, labels };
  writeFileSync(join(minilm.run, 'logits.json'), JSON.stringify(record));
  const toPython = checkTransformers(python, models);
  const python5 = `transformers ${toPython[0].version}`;
  rmSync(fromPython, { recursive: true, force: true });
  mkdirSync(fromPython);
  saveModels(python, fromPython);
  const adapters = await compareAdapters(join(directory, 'adapters'), { python, engine });
  const peft = `PEFT ${adapters.toPeft[0].version}`;
  const rows = [
    ...toPython.map((result) => logitsRow(`Attune → ${python5}`, result)),
    ...(await checkAttune(fromPython, { engine })).map((result) => logitsRow(`${python5} → Attune`, result)),
    ...adapters.toPeft.map((result) => logitsRow(`Attune → ${peft}`, result)),
    ...adapters.fromPeft.map((result) => logitsRow(`${peft} → Attune`, result)),
    ...(await transformersJsRows(minilm, { logits, labels })),
    ...(await transformersJsFamilies(models)),
  ];
  await engine.close();
  return rows;
}

function logitsRow(trip, { name: model, texts, difference, clean }) {
  const what = clean ? 'logits differ by' : 'does not load clean; logits differ by';
  const { holds, ...row } = atMost(difference, 1e-4);
  return { ...row, holds: holds && clean, trip, model, texts, what };
}

async function transformersJsRows({ run, texts, labels: truth }, { logits, labels }) {
  const trip = `Attune → transformers.js ${transformersJsVersion()}`;
  const directory = join(run, 'export');
  const fp32 = await transformersJsLogits(directory, { dtype: 'fp32', texts, maxLength });
  const int8 = await transformersJsLogits(directory, { dtype: 'q8', texts, maxLength });
  const [ours, theirs] = [logits, int8].map((values) => best(values, labels));
  const third = (_, i) => i % 3 === 0; // 500 of 1,500
  const lost = Math.abs(share(theirs, truth) - share(ours, truth));
  const common = { trip, model: 'minilm int8' };
  const difference = largestDifference(fp32, logits);
  return [
    logitsRow(trip, { name: 'minilm', texts: texts.length, difference, clean: true }),
    { ...common, ...atLeast(share(ours.filter(third), theirs.filter(third)), 0.96), texts: 500, what: 'same label' },
    { ...common, ...atMost(lost, 0.005), texts: texts.length, what: 'accuracies differ by' },
  ];
}

/** A model of every family that `save-models.mjs` exported. */
async function transformersJsFamilies(models) {
  const trip = `Attune → transformers.js ${transformersJsVersion()}`;
  const rows = [];
  for (const name of readdirSync(models).sort()) {
    const [exported, record] = ['export', 'logits.json'].map((file) => join(models, name, file));
    if (name === 'minilm' || !existsSync(exported)) continue;
    const { texts, logits } = JSON.parse(readFileSync(record, 'utf8'));
    const theirs = await transformersJsLogits(exported, { dtype: 'fp32', texts, maxLength });
    rows.push(
      logitsRow(trip, { name, texts: texts.length, difference: largestDifference(theirs, logits), clean: true }),
    );
  }
  return rows;
}

const atMost = (figure, limit) => ({ figure, limit: `≤ ${limit}`, holds: figure <= limit });
const atLeast = (figure, limit) => ({ figure, limit: `≥ ${limit}`, holds: figure >= limit });
