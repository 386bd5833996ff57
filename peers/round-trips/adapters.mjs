// Adapters that PEFT saved, read by Attune; and Attune's own, read by PEFT.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initializeAdapter, packSequences, selectTokens, withLora } from '@attune/models';
import { loadAdapter, loadModel, saveAdapter } from '@attune/models/node';
import { largestDifference } from '../logits.mjs';
import { checkAdapters, saveAdapters } from './python.mjs';

/** `{ toPeft, fromPeft }`: a result for each adapter, `{ name, texts, difference, clean, version }`. */
export async function compareAdapters(directory, { python, engine }) {
  rmSync(directory, { recursive: true, force: true });
  saveAdapters(python, directory);
  const names = readdirSync(directory).sort();
  const fromPeft = [];
  for (const name of names) fromPeft.push(await readAndWrite(join(directory, name), { name, engine }));
  return { fromPeft, toPeft: checkAdapters(python, directory) };
}

/** Compares PEFT's adapter, and leaves one of ours, of other numbers, in `attune`. */
async function readAndWrite(directory, { name, engine }) {
  const { task, ids, logits, version } = JSON.parse(readFileSync(join(directory, 'logits.json'), 'utf8'));
  const base = await loadModel(join(directory, 'base'), { task });
  const theirs = await loadAdapter(join(directory, 'peft'), base);
  const difference = largestDifference(await logitsOf(theirs, { task, ids, engine }), logits);
  const model = withLora(base.model, theirs.model.options);
  const parameters = { ...base.parameters, ...changed(initializeAdapter(model, 1)) };
  const ours = join(directory, 'attune');
  mkdirSync(ours);
  await saveAdapter(ours, { model, parameters, baseModel: join(directory, 'base') });
  const record = { logits: await logitsOf({ model, parameters }, { task, ids, engine }) };
  writeFileSync(join(ours, 'logits.json'), JSON.stringify(record));
  return { name, texts: ids.length, difference, clean: base.initialized.length === 0, version };
}

/** Numbers in place of the zeros that an adapter begins with. */
function changed(adapter) {
  const wave = (data, phase) => Float32Array.from(data, (_, i) => 0.2 * Math.sin(i + phase));
  return Object.fromEntries(
    Object.entries(adapter).map(([name, tensor], phase) => [name, { ...tensor, data: wave(tensor.data, phase) }]),
  );
}

async function logitsOf({ model, parameters }, { task, ids, engine }) {
  const program = engine.compile(model.program);
  const all = [];
  for (const own of ids) {
    const packed = packSequences([{ ids: Int32Array.from(own) }], { rowLength: own.length });
    const batch = task === 'sequence-classification' ? packed : selectTokens(packed, [[...own.keys()]]);
    all.push(...(await program.run({ ...batch }, parameters)).logits.data);
  }
  return all;
}
