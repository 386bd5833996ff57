import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldens, hasGoldens, minilm } from '../../../test/goldens';
import { temporaryDirectory } from '../../../test/temporary';
import { readCheckpoint } from './read-checkpoint';
import { writeSafetensors } from './write-safetensors';

const config = JSON.stringify({ model_type: 'bert', architectures: ['BertForSequenceClassification'] });

/** A directory with these files. */
function directoryOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

const refusal = (code: string, message: string) =>
  expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) });

async function expectRefusal(directory: string, code: string, message: string): Promise<void> {
  await expect(readCheckpoint(directory)).rejects.toThrow(refusal(code, message));
}

describe('readCheckpoint', () => {
  it('opens config.json and model.safetensors', async () => {
    const directory = directoryOf({ 'config.json': config });
    await writeSafetensors(join(directory, 'model.safetensors'), [{ name: 'w', shape: [1], data: Float32Array.of(2) }]);
    const checkpoint = await readCheckpoint(directory);
    expect(checkpoint.config).toMatchObject({ modelType: 'bert', layers: 12 });
    expect((await checkpoint.weights.read('w')).data).toEqual(Float32Array.of(2));
    await checkpoint.weights.close();
  });

  it('opens shards as one', async () => {
    const weightMap = { a: 'model-1.safetensors', b: 'model-2.safetensors' };
    const directory = directoryOf({
      'config.json': config,
      'model.safetensors.index.json': JSON.stringify({ weight_map: weightMap }),
    });
    for (const [name, file] of Object.entries(weightMap)) {
      const data = Float32Array.of(name.charCodeAt(0));
      await writeSafetensors(join(directory, file), [{ name, shape: [1], data }]);
    }
    const { weights } = await readCheckpoint(directory);
    const target = new Float32Array(1);
    await weights.readInto('b', target);
    expect([...weights.tensors.keys(), (await weights.read('a')).data[0], target[0]]).toEqual(['a', 'b', 97, 98]);
    await expect(weights.read('c')).rejects.toThrow(RangeError);
    await weights.close();
    await expect(weights.read('a')).rejects.toThrow();
  });

  it('refuses Git LFS pointers, whichever file is one', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 438007537\n';
    const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors' } });
    const expected = (name: string) => `${name}: expected the file itself, got a Git LFS pointer to it`;
    for (const name of ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'tf_model.h5'])
      await expectRefusal(directoryOf({ 'config.json': config, [name]: pointer }), 'LFS_POINTER', expected(name));
    await expectRefusal(directoryOf({ 'config.json': pointer }), 'LFS_POINTER', expected('config.json'));
    const shard = { 'model.safetensors.index.json': index, 'model-1.safetensors': pointer };
    await expectRefusal(
      directoryOf({ 'config.json': config, ...shard }),
      'LFS_POINTER',
      expected('model-1.safetensors'),
    );
  });

  it.each([
    ['{}', 'weight_map expected an object, got nothing'],
    ['{"weight_map":{"a":"../model.safetensors"}}', 'got "../model.safetensors"'],
    ['{"weight_map":{"a":1}}', 'tensor "a" expected the name of a .safetensors file, got 1'],
    ['{"weight_map":{"b":"model-1.safetensors"}}', 'expected tensor "b" in model-1.safetensors, found none'],
  ])('refuses an index that says %s', async (index, message) => {
    const directory = directoryOf({ 'config.json': config, 'model.safetensors.index.json': index });
    await writeSafetensors(join(directory, 'model-1.safetensors'), [
      { name: 'a', shape: [], data: new Float32Array(1) },
    ]);
    await expectRefusal(directory, 'CHECKPOINT_INDEX', message);
  });

  it('names a shard that is missing', async () => {
    const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors' } });
    const directory = directoryOf({ 'config.json': config, 'model.safetensors.index.json': index });
    await expectRefusal(directory, 'CHECKPOINT_MISSING', 'model-1.safetensors: expected a file, found no such file');
  });

  it.each([
    ['pytorch_model.bin', 'torch transformers', "from_pretrained('.').save_pretrained"],
    ['pytorch_model-00001-of-00002.bin', 'torch transformers', "from_pretrained('.').save_pretrained"],
    ['tf_model.h5', 'tensorflow', "from_pretrained('.', from_tf=True)"],
    ['flax_model.msgpack', 'flax', "from_pretrained('.', from_flax=True)"],
  ])('refuses %s with the command that converts it', async (file, packages, call) => {
    const directory = directoryOf({ 'config.json': config, [file]: 'x' });
    await expectRefusal(directory, 'CHECKPOINT_FORMAT', `expected model.safetensors, got ${file}`);
    await expectRefusal(directory, 'CHECKPOINT_FORMAT', packages);
    await expectRefusal(directory, 'CHECKPOINT_FORMAT', `import BertForSequenceClassification as M; M.${call}`);
  });

  it('puts no architecture into the command that is not a plain name', async () => {
    const json = JSON.stringify({ model_type: 'bert', architectures: ['x"; rm -rf .'] });
    const directory = directoryOf({ 'config.json': json, 'pytorch_model.bin': 'x' });
    await expectRefusal(directory, 'CHECKPOINT_FORMAT', 'import AutoModel as M');
  });

  it('names the folders of a training run that are model directories, the latest first', async () => {
    const directory = temporaryDirectory();
    for (const name of ['checkpoint-500', 'checkpoint-1000', 'runs']) mkdirSync(join(directory, name));
    for (const name of ['checkpoint-500', 'checkpoint-1000'])
      writeFileSync(join(directory, name, 'config.json'), config);
    const [latest, earlier] = [join(directory, 'checkpoint-1000'), join(directory, 'checkpoint-500')];
    await expectRefusal(directory, 'CHECKPOINT_MISSING', `a subdirectory has one: pass ${latest} or ${earlier}`);
  });

  it('names what is missing', async () => {
    const directory = temporaryDirectory();
    await expectRefusal(join(directory, 'none'), 'CHECKPOINT_MISSING', 'expected a model directory, found none there');
    await expectRefusal(directory, 'CHECKPOINT_MISSING', 'config.json: expected a file, found no such file');
    await expectRefusal(directoryOf({ 'config.json': config }), 'CHECKPOINT_MISSING', 'found neither');
  });

  it('names a configuration that is no JSON or no file', async () => {
    const cut = directoryOf({ 'config.json': config.slice(0, -1) });
    await expectRefusal(cut, 'CHECKPOINT_JSON', 'config.json: expected JSON in UTF-8, got: ');
    const latin = directoryOf({ 'config.json': Uint8Array.of(0x7b, 0xe9, 0x7d) });
    await expectRefusal(latin, 'CHECKPOINT_JSON', 'config.json: expected JSON in UTF-8, got: ');
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'config.json'));
    await expectRefusal(directory, 'CHECKPOINT_UNREADABLE', 'config.json: expected a file, got something else');
  });
});

describe.skipIf(!hasGoldens)("the reference's checkpoints (needs ../shared/goldens and ../shared/weights)", () => {
  it('opens MiniLM, of transformers 4 and without a head', async () => {
    const { config, weights } = await readCheckpoint(minilm);
    expect(config).toMatchObject({ hiddenSize: 384, layers: 6, heads: 12, intermediateSize: 1536, hiddenDropout: 0.1 });
    expect(weights.tensors.get('encoder.layer.5.output.dense.weight')?.shape).toEqual([384, 1536]);
    await weights.close();
  });

  it('opens a tiny DistilBERT, and refuses it with its last byte gone', async () => {
    const source = `${goldens}distilbert-sequence`;
    const { weights } = await readCheckpoint(source);
    expect((await weights.read('classifier.weight')).shape).toEqual([5, 32]);
    await weights.close();
    const cut = directoryOf({ 'model.safetensors': readFileSync(join(source, 'model.safetensors')).subarray(0, -1) });
    copyFileSync(join(source, 'config.json'), join(cut, 'config.json'));
    await expectRefusal(cut, 'CHECKPOINT_TRUNCATED', 'download it again');
  });
});
