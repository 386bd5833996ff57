import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, describe, expect, it } from 'vitest';
import { packSequences } from '../batch';
import { writeDirectoryAtomically } from './checkpoint/write-directory-atomically';
import { writeSafetensors } from './checkpoint/write-safetensors';
import { loadModel } from './load-model';
import { saveModel } from './save-model';

const fixture = fileURLToPath(new URL('../../fixtures/bert-single', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'attune-load-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The fixture with its tensors changed. */
async function changed(name: string, change: (tensors: Map<string, { shape: number[]; data: Float32Array }>) => void) {
  const target = join(directory, name);
  cpSync(fixture, target, { recursive: true });
  const { parameters } = await loadModel(fixture);
  const tensors = new Map(
    Object.entries(parameters).map(([key, { shape, data }]) => [
      key,
      { shape: [...shape], data: data as Float32Array },
    ]),
  );
  change(tensors);
  await writeSafetensors(
    join(target, 'model.safetensors'),
    [...tensors].map(([name, tensor]) => ({ name, ...tensor })),
  );
  return target;
}

it('comes back from a saved directory as it was, computing the same bits', async () => {
  const first = await loadModel(fixture, { labels: ['a', 'b', 'c'] });
  const saved = join(directory, 'saved');
  await writeDirectoryAtomically(saved, (temporary) =>
    saveModel(temporary, { config: first.model.config, parameters: first.parameters }),
  );
  const second = await loadModel(saved);
  expect(second.parameters).toEqual(first.parameters);
  expect(second.model.config.labels).toEqual(['a', 'b', 'c']);
  expect(readFileSync(join(saved, 'model.safetensors'))).toEqual(readFileSync(join(fixture, 'model.safetensors')));
  const engine = openOnnxEngine();
  const batch = { ...packSequences([{ ids: [3, 7, 9] }], { rowLength: 8 }) };
  const [one, two] = await Promise.all(
    [first, second].map(({ model, parameters }) => engine.compile(model.program).run(batch, parameters)),
  );
  expect(two.logits).toEqual(one.logits);
});

describe('what the checkpoint has', () => {
  it('keeps a head for as many labels, and initialises one for others', async () => {
    const same = await loadModel(fixture, { labels: ['x', 'y', 'z'] });
    expect(same.initialised).toEqual([]);
    const other = await loadModel(fixture, { labels: ['x', 'y'], seed: 7 });
    expect(other.initialised).toEqual(['classifier.weight', 'classifier.bias']);
    expect(other.parameters['classifier.weight'].shape).toEqual([2, 16]);
    expect((await loadModel(fixture, { labels: ['x', 'y'], seed: 7 })).parameters).toEqual(other.parameters);
  });

  it('may lack the head, the prefix, or use old names', async () => {
    const path = await changed('old', (tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        if (name.startsWith('classifier')) continue;
        const old = name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
        tensors.set(old.replace(/^bert\./, ''), tensor);
      }
      tensors.set('cls.predictions.bias', { shape: [2], data: new Float32Array(2) });
    });
    const { parameters, initialised, unexpected } = await loadModel(path);
    expect(initialised).toEqual(['classifier.weight', 'classifier.bias']);
    expect(unexpected).toEqual(['cls.predictions.bias']);
    const name = 'bert.encoder.layer.1.output.LayerNorm.weight';
    expect(parameters[name]).toEqual((await loadModel(fixture)).parameters[name]);
  });

  it('must be the whole encoder, in the shapes of config.json', async () => {
    const incomplete = await changed('incomplete', (tensors) => {
      tensors.delete('bert.encoder.layer.1.output.dense.weight');
    });
    await expect(loadModel(incomplete)).rejects.toThrow(
      /1 are missing \(first: bert\.encoder\.layer\.1\.output\.dense\.weight\)/,
    );
    const path = join(directory, 'misfit');
    cpSync(fixture, path, { recursive: true });
    const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, vocab_size: 41 }));
    await expect(loadModel(path)).rejects.toThrow(/word_embeddings\.weight" does not have the shape \[41,16\]/);
  });
});
