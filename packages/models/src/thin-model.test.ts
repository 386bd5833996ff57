import { openOnnxEngine } from '@attune/engine/node';
import { expect, it } from 'vitest';
import { decoderTypes, encoderTypes, tinyConfig, tinyParameters } from '../test/tiny';
import { packSequences } from './batch';
import { modelConfigToJson, parseModelConfig } from './config';
import { formatOf } from './families';
import { modelForTask } from './model';
import { thinModel } from './thin-model';

const engine = openOnnxEngine();
const batch = { ...packSequences([{ ids: [2, 4, 9, 3] }, { ids: [2, 8, 4, 11, 3] }], { rowLength: 12 }) };

const layersOf = (type: Parameters<typeof tinyConfig>[0], layers: number) => {
  const field = formatOf(type).fields.layers as { readonly name: string };
  return { [field.name]: layers };
};

it.each([...encoderTypes, ...decoderTypes])('of a %s has the parameters of the layers that are kept', async (type) => {
  const config = { ...tinyConfig(type, layersOf(type, 4)), labels: ['a', 'b', 'c'] };
  const whole = modelForTask(config, 'sequence-classification');
  const parameters = tinyParameters(whole);
  const thin = thinModel({ model: whole, parameters }, { layers: [0, 2] });
  expect(thin.model.config).toMatchObject({ layers: 2, labels: ['a', 'b', 'c'] });
  expect(Object.keys(thin.parameters)).toEqual(Object.keys(thin.model.specs));
  const json = JSON.parse(JSON.stringify(modelConfigToJson(thin.model.config)));
  const read = parseModelConfig(json, 'saved');
  expect([read.layers, read.decoder]).toEqual([2, thin.model.config.decoder]);

  const inWhole = (name: string) => name.replace(/(layers?)\.1\./, '$1.2.');
  const moved = Object.keys(thin.parameters).filter((name) => inWhole(name) !== name);
  expect(moved.length).toBeGreaterThan(4);
  for (const [name, tensor] of Object.entries(thin.parameters)) expect(tensor).toBe(parameters[inWhole(name)]);
  const { logits } = await engine.compile(thin.model.program).run(batch, thin.parameters);
  expect(logits.data.every(Number.isFinite)).toBe(true);
});

it('keeps the types of its layers', () => {
  const types = { layer_types: Array(4).fill('full_attention'), use_sliding_window: false };
  const config = { ...tinyConfig('qwen2', { ...layersOf('qwen2', 4), ...types }), labels: ['a', 'b'] };
  const whole = modelForTask(config, 'sequence-classification');
  const { model } = thinModel({ model: whole, parameters: tinyParameters(whole) }, { layers: [0, 2] });
  expect(model.config.original.layer_types).toEqual(['full_attention', 'full_attention']);
});

it('of all layers is the model itself', async () => {
  const model = modelForTask({ ...tinyConfig('bert'), labels: ['a', 'b'] }, 'sequence-classification');
  const parameters = tinyParameters(model);
  const same = thinModel({ model, parameters }, { layers: [0, 1] });
  const [a, b] = await Promise.all(
    [model, same.model].map(async ({ program }) => (await engine.compile(program).run(batch, parameters)).logits.data),
  );
  expect(Array.from(a)).toEqual(Array.from(b));
});

it.each([[[0, 2]], [[1, 0]], [[]], [[0.5]], [[0, 0]]])('refuses the layers %j of two', (layers) => {
  const model = modelForTask({ ...tinyConfig('bert'), labels: ['a', 'b'] }, 'sequence-classification');
  expect(() => thinModel({ model, parameters: tinyParameters(model) }, { layers })).toThrow(
    expect.objectContaining({
      code: 'MODEL_LAYERS',
      message: `studentLayers: expected some of the model's 2 layers, 0 to 1, in rising order, got ${layers.join(',') || 'none'}; for every second one: --student-layers 0`,
    }),
  );
});
