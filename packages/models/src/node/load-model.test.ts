import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostTensor } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { writeDirectoryAtomically } from '@attune/internal/node';
import { afterAll, describe, expect, it } from 'vitest';
import { packSequences } from '../batch';
import { tokenClassification } from '../heads/classification';
import { readAll } from '../testing/golden';
import { writeSafetensors } from './checkpoint/write-safetensors';
import { type LoadedModel, loadModel } from './load-model';
import { saveModel } from './save-model';

const fixture = fileURLToPath(new URL('../../fixtures/bert-single', import.meta.url));
const words = 'bert.embeddings.word_embeddings.weight';
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
  it('keeps a head for as many labels, and initializes one for others', async () => {
    const same = await loadModel(fixture, { labels: ['x', 'y', 'z'] });
    expect(same.initialized).toEqual([]);
    const other = await loadModel(fixture, { labels: ['x', 'y'], seed: 7 });
    expect(other.initialized).toEqual(['classifier.weight', 'classifier.bias']);
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
    const { parameters, initialized, unexpected } = await loadModel(path);
    expect(initialized).toEqual(['classifier.weight', 'classifier.bias']);
    expect(unexpected).toEqual(['cls.predictions.bias']);
    const name = 'bert.encoder.layer.1.output.LayerNorm.weight';
    expect(parameters[name]).toEqual((await loadModel(fixture)).parameters[name]);
  });

  it('must be the whole encoder, in the shapes of config.json', async () => {
    const incomplete = await changed('incomplete', (tensors) => {
      tensors.delete('bert.encoder.layer.1.output.dense.weight');
    });
    await expect(loadModel(incomplete)).rejects.toThrow(
      /1 of the model's tensors are missing \(first: bert\.encoder\.layer\.1\.output\.dense\.weight\)/,
    );
    const path = join(directory, 'misfit');
    cpSync(fixture, path, { recursive: true });
    const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, vocab_size: 41 }));
    await expect(loadModel(path)).rejects.toThrow(
      /word_embeddings\.weight" expected the shape \[41,16\] from config\.json, got \[40,16\]; .*: correct config\.json/,
    );
  });
});

describe('tasks', () => {
  const save = async (name: string, { model, parameters }: LoadedModel) => {
    const path = join(directory, name);
    await writeDirectoryAtomically(path, (temporary) => saveModel(temporary, { ...model, parameters }));
    return path;
  };
  const configOf = (path: string) => JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
  const namesIn = async (path: string) => Object.keys(await readAll(join(path, 'model.safetensors')));

  it('names what a task finds missing and has no use for', async () => {
    const tokens = await loadModel(fixture, { task: 'token-classification', labels: ['O', 'B'] });
    expect(tokens.initialized).toEqual(['classifier.weight', 'classifier.bias']);
    expect(tokens.unexpected).toEqual(['bert.pooler.dense.bias', 'bert.pooler.dense.weight']);
    const masked = await loadModel(fixture, { task: 'masked-lm' });
    expect(masked.initialized).toEqual([
      'cls.predictions.transform.dense.weight',
      'cls.predictions.transform.dense.bias',
      'cls.predictions.transform.LayerNorm.weight',
      'cls.predictions.transform.LayerNorm.bias',
      'cls.predictions.bias',
    ]);
    expect(masked.unexpected).toContain('classifier.weight');
    await expect(
      loadModel(fixture, { task: 'masked-lm', head: tokenClassification({ dropout: 'hiddenDropout' }) }),
    ).rejects.toThrow('got both');
    const writing = loadModel(fixture, { task: 'causal-lm' });
    await expect(writing).rejects.toMatchObject({
      code: 'MODEL_TASK',
      message: expect.stringContaining(
        `${fixture}: expected a task of bert (sequence-classification, token-classification`,
      ),
    });
  });

  it("saves each under the reference's class, with what belongs to it, and loads it again", async () => {
    const tokens = await save('tokens', await loadModel(fixture, { task: 'token-classification', labels: ['O', 'B'] }));
    expect(configOf(tokens)).toMatchObject({
      architectures: ['BertForTokenClassification'],
      id2label: { 0: 'O', 1: 'B' },
      label2id: { O: 0, B: 1 },
    });
    expect(configOf(tokens)).not.toHaveProperty('problem_type');
    const masked = await loadModel(fixture, { task: 'masked-lm' });
    const path = await save('masked', masked);
    expect(configOf(path)).toMatchObject({ architectures: ['BertForMaskedLM'] });
    expect(configOf(path)).not.toHaveProperty('id2label');
    const again = await loadModel(path, { task: 'masked-lm' });
    expect([again.initialized, again.unexpected]).toEqual([[], []]);
    expect(again.parameters).toEqual(masked.parameters);
    expect((await namesIn(path)).filter((name) => /decoder|word_embeddings/.test(name))).toEqual([words]);
  });

  it.each([
    ['beside the embeddings', []],
    ['in their place', [words]],
  ])('takes a tied decoder that the file has %s for what it is', async (_, absent) => {
    const masked = await loadModel(fixture, { task: 'masked-lm' });
    const path = await save(`tied ${absent.length}`, masked);
    const { [words]: table, 'cls.predictions.bias': bias, ...others } = masked.parameters;
    const copies = { 'cls.predictions.decoder.weight': table, 'cls.predictions.decoder.bias': bias };
    await write(path, {
      ...others,
      ...copies,
      ...(absent.length === 0 && { [words]: table, 'cls.predictions.bias': bias }),
    });
    const again = await loadModel(path, { task: 'masked-lm' });
    expect([again.initialized, again.unexpected]).toEqual([[], []]);
    expect(again.parameters).toEqual(masked.parameters);
  });

  it('keeps an untied decoder apart, with its bias under both names', async () => {
    const masked = await loadModel(fixture, { task: 'masked-lm' });
    const path = await save('untied', masked);
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...configOf(path), tie_word_embeddings: false }));
    const { [words]: table, ...others } = masked.parameters;
    const ownDecoder = { ...table, data: table.data.map((value: number) => value + 1) };
    await write(path, { ...others, [words]: table, 'cls.predictions.decoder.weight': ownDecoder });
    const untied = await loadModel(path, { task: 'masked-lm' });
    expect([untied.initialized, untied.unexpected]).toEqual([[], []]);
    expect(untied.parameters['cls.predictions.decoder.weight'].data).toEqual(ownDecoder.data);
    expect(untied.parameters[words].data).toEqual(table.data);
    const bias = untied.parameters['cls.predictions.decoder.bias'];
    bias.data.fill(0.5);
    const saved = await readAll(join(await save('untied again', untied), 'model.safetensors'));
    for (const name of ['cls.predictions.bias', 'cls.predictions.decoder.bias'])
      expect(saved[name].data, name).toEqual(bias.data);
    expect(configOf(join(directory, 'untied again')).tie_word_embeddings).toBe(false);
  });
});

function write(path: string, tensors: Record<string, HostTensor>): Promise<void> {
  return writeSafetensors(
    join(path, 'model.safetensors'),
    Object.entries(tensors).map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array })),
  );
}

describe('a hub id in the cache', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const environment = { HF_HUB_CACHE: join(directory, 'cache'), HF_HUB_OFFLINE: '1' };
  const repository = join(environment.HF_HUB_CACHE, 'models--acme--tiny');
  mkdirSync(join(repository, 'refs'), { recursive: true });
  writeFileSync(join(repository, 'refs', 'v1'), commit);
  cpSync(fixture, join(repository, 'snapshots', commit), { recursive: true });

  it.each(['v1', commit])('is loaded by its revision %s', async (revision) => {
    const { directory, initialized } = await loadModel('acme/tiny', { revision, environment });
    expect(directory).toBe(join(repository, 'snapshots', commit));
    expect(initialized).toEqual([]);
  });

  it('is missing at another revision', async () => {
    await expect(loadModel('acme/tiny', { environment })).rejects.toThrow(/main/);
    await expect(loadModel('acme/tiny', { revision: '../v1', environment })).rejects.toThrow(
      /revision expected a branch/,
    );
  });
});

it('refuses a head of another size than config.json says, unless other labels are asked for', async () => {
  const own = join(directory, 'other-size');
  cpSync(fixture, own, { recursive: true });
  const path = join(own, 'config.json');
  const { id2label: _, ...json } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...json, num_labels: 50_000 }));
  await expect(loadModel(own)).rejects.toThrow(
    /"classifier\.(weight|bias)" expected the shape \[.*\] from config\.json/,
  );
  expect((await loadModel(own, { labels: ['a', 'b', 'c', 'd', 'e'] })).initialized).toContain('classifier.weight');
});

describe('parts that do not fit', () => {
  /** The fixture with other entries of its config.json. */
  const withConfig = (name: string, more: Readonly<Record<string, unknown>>) => {
    const path = join(directory, name);
    cpSync(fixture, path, { recursive: true });
    const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, ...more }));
    return path;
  };
  const many = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, id) => [id, 'x']));

  it.each<[string, unknown]>([
    ['ids from 1', { 1: 'neg', 2: 'pos' }],
    ['a list', ['a', 'b']],
    ['nulls', { 0: null, 1: null }],
    ['none', {}],
    ['a million', many],
    ['one name twice', { 0: 'a', 1: 'a', 2: 'b' }],
  ])('are of no matter in labels that are given anew or not used: %s', async (name, id2label) => {
    const path = withConfig(`odd ${name}`, { id2label, problem_type: 'ranking' });
    const anew = await loadModel(path, { labels: ['x', 'y', 'z'], problemType: 'single_label_classification' });
    expect(anew.model.config.labels).toEqual(['x', 'y', 'z']);
    expect((await loadModel(path, { task: 'masked-lm' })).unusedLayers).toBe(0);
    await expect(loadModel(path)).rejects.toMatchObject({ code: 'CHECKPOINT_CONFIG' });
  });

  it('are labels whose names are not one per output', async () => {
    const numbers = await loadModel(withConfig('numbers', { id2label: { 0: 0, 1: 1, 2: 2 } }));
    expect(numbers.model.config.labels).toEqual(['0', '1', '2']);
    await expect(loadModel(withConfig('twice', { id2label: { 0: 'a', 1: 'b', 2: 'a' } }))).rejects.toThrow(
      /config\.json: id2label expected a different name for each id, got "a" for 0 and 2; correct it/,
    );
    for (const id2label of [
      { 0: 'a', 1: 'b' },
      { 0: 'a', 1: 'b', 2: 'c', 3: 'd' },
    ])
      await expect(loadModel(withConfig(`rows ${Object.keys(id2label)}`, { id2label }))).rejects.toThrow(
        /"classifier\.weight" expected the shape .* correct its id2label/,
      );
    await expect(loadModel(withConfig('million', { id2label: many }))).rejects.toThrow(
      /config\.json: id2label expected at most 100000 labels, got 1000000/,
    );
  });

  it('are layers that config.json does not count, and those that it counts and are not there', async () => {
    const fewer = await loadModel(withConfig('fewer', { num_hidden_layers: 1 }));
    expect(fewer.unusedLayers).toBe(1);
    expect(fewer.unexpected).toContain('bert.encoder.layer.1.output.dense.weight');
    expect((await loadModel(fixture)).unusedLayers).toBe(0);
    await expect(loadModel(withConfig('more', { num_hidden_layers: 3 }))).rejects.toThrow(
      /tensors are missing \(first: bert\.encoder\.layer\.2.*or correct config\.json if it has a wrong number of layers/,
    );
  });
});

it('refuses names that are no options, and a source that is none', async () => {
  await expect(loadModel('nowhere', { problem_type: 'regression' } as never)).rejects.toThrow(
    'loadModel: expected known options, got problem_type; did you mean problemType?',
  );
  await expect(loadModel(undefined as never)).rejects.toThrow(
    'loadModel: source expected a path or a name, got undefined',
  );
});
