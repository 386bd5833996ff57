import { gradientName, int32, optimize, record, type Specs, type Tensors, withGradients } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../test/tiny';
import { packSequences } from './batch';
import { withGradientCheckpointing } from './gradient-checkpointing';
import { initializeAdapter, withLora } from './lora/with-lora';
import { type Model, maskedLanguageModel } from './model';
import { openPass, type PassDropout, withPass } from './pass';

const model = maskedLanguageModel(tinyConfig('bert', { num_hidden_layers: 3 }));
const batch = { ...packSequences([{ ids: [5, 9, 2, 7] }, { ids: [8, 3] }], { rowLength: 7 }), seed: int32([3, 1]) };

it('gives a layer to be computed again all its parameters, whichever wrapper is outer', () => {
  const options = { r: 2, alpha: 4, dropout: 0.3, targetModules: 'all-linear' };
  const adapted = withLora(model, options);
  const parameters = { ...tinyParameters(model), ...initializeAdapter(adapted, 5) };
  const trained = Object.keys(adapted.specs).filter(adapted.isTrainable);
  const programOf = ({ program }: Model) =>
    optimize(record(withGradients(withLoss(program), trained), batch, parameters));
  const [outer, inner] = [withGradientCheckpointing(adapted), withLora(withGradientCheckpointing(model), options)].map(
    programOf,
  );
  expect(inner).toEqual(outer);
  expect(outer).not.toEqual(programOf(adapted));
  expect(Object.keys(outer.outputs)).toEqual(expect.arrayContaining(trained.map(gradientName)));
});

const withLoss =
  (program: Model['program']): Model['program'] =>
  (batch, parameters) => ({ loss: tf.sum(tf.square(program(batch, parameters).logits)) });

describe('a dropout', () => {
  const numberOf = (site: PassDropout['site']) => {
    const sizes: Specs = { x: { shape: [2, 4], dtype: 'float32' } };
    const fn = (tensors: Tensors) => ({
      y: openPass(model.config, tensors, {}).dropout(tensors.x, { rate: 0.5, site }),
    });
    const { nodes } = record(fn, {
      ...sizes,
      ...{ seed: { shape: [2], dtype: 'int32' }, sequenceIds: { shape: [2], dtype: 'int32' } },
      positionIds: { shape: [2], dtype: 'int32' },
    });
    return nodes.map(({ attributes }) => attributes?.op).find((op) => op !== undefined);
  };

  it.each([
    ['embeddings', 0],
    [{ layer: 0, part: 'attention' }, 1],
    [{ layer: 0, part: 'attentionOutput' }, 2],
    [{ layer: 2, part: 'feedForward' }, 9],
    [{ head: 0 }, 10],
    [{ head: 1 }, 11],
    [{ adapter: 0 }, 13],
    [{ adapter: 4 }, 17],
  ] as const)('at %o has the number %i, which saved runs depend on', (site, number) => {
    expect(numberOf(site)).toBe(number);
  });

  it('keeps everything without a seed', () => {
    const { nodes } = record(
      ({ x }) => ({ y: openPass(model.config, { x }, {}).dropout(x, { rate: 0.5, site: 'embeddings' }) }),
      { x: { shape: [2, 3], dtype: 'float32' } },
    );
    expect(nodes).toEqual([]);
  });
});

it('wraps the pass over other tokens too, and leaves the wrapped model as it was', () => {
  const seen: string[] = [];
  const watching = withPass(model, (inner) => ({
    linear(x, name, tensors) {
      seen.push(name);
      return inner.linear(x, name, tensors);
    },
  }));
  record(model.program, batch, tinyParameters(model));
  expect(seen).toEqual([]);
  record(watching.program, batch, tinyParameters(model));
  expect(seen).toContain('cls.predictions.decoder');
  expect(seen).toContain('bert.encoder.layer.2.attention.self.query');
});
