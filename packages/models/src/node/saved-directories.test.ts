import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { initializeAdapter, withLora } from '../lora/with-lora';
import { modelForTask } from '../model';
import { loadAdapter, saveAdapter } from './adapter/adapter';
import { loadModel } from './load-model';
import { saveOnnx, saveSavedModel } from './save-export';
import { saveModel } from './save-model';

const model = modelForTask(tinyConfig('bert', { id2label: { 0: 'a', 1: 'b' } }), 'sequence-classification');
const parameters = tinyParameters(model);
const adapted = withLora(model, { r: 1, alpha: 1, targetModules: ['query'] });
const trained = { ...parameters, ...initializeAdapter(adapted, 3) };

describe.each([
  ['saveModel', (directory: string) => saveModel(directory, { ...model, parameters }), 'model.safetensors'],
  [
    'saveAdapter',
    (directory: string) => saveAdapter(directory, { model: adapted, parameters: trained }),
    'adapter_model.safetensors',
  ],
  [
    'saveOnnx',
    (directory: string) => saveOnnx(directory, { model, parameters, precisions: ['fp32'] }),
    'onnx/model.onnx',
  ],
  [
    'saveSavedModel',
    (directory: string) => saveSavedModel(directory, { model, parameters }),
    'saved_model/1/saved_model.pb',
  ],
])('%s', (_, save, file) => {
  it('makes the directory, and those that it is in', async () => {
    const directory = join(temporaryDirectory(), 'models', 'first');
    await save(directory);
    expect(existsSync(join(directory, file))).toBe(true);
    await save(directory); // where it is there, it is written anew
  });

  it('names a file that stands where the directory should', async () => {
    const place = join(temporaryDirectory(), 'taken');
    writeFileSync(place, '');
    await expect(save(join(place, 'model'))).rejects.toMatchObject({
      name: 'AttuneError',
      code: 'OUTPUT_UNUSABLE',
      message: expect.stringContaining(place),
    });
  });
});

it('loads from a directory that was made what went into it', async () => {
  const directory = temporaryDirectory();
  await saveModel(join(directory, 'new', 'model'), { ...model, parameters });
  await saveAdapter(join(directory, 'new', 'adapter'), { model: adapted, parameters: trained });
  const base = await loadModel(join(directory, 'new', 'model'));
  expect(base.parameters).toEqual(parameters);
  expect((await loadAdapter(join(directory, 'new', 'adapter'), base)).parameters).toEqual(trained);
});
