import { fileURLToPath } from 'node:url';
import { openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { encoders } from './families';
import { loadModel } from './node';
import { testEncoder } from './testing';
import { goldenBatch, readAll } from './testing/golden';

/** Values and gradients of transformers, written by peers/make_fixtures.py. */
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const engines = [openCpuEngine(), openOnnxEngine()];

const families = ['bert', 'distilbert', 'electra', 'mpnet', 'roberta'];
const names = families.flatMap((family) => [`${family}-single`, `${family}-multi`]);

describe.each(names)('%s', (name) => {
  const tests = testEncoder({
    directory: fixtures + name,
    task: 'sequence-classification',
    engines,
    lacks: ['hidden states', 'steps'],
  });
  it.each(tests)('$title', ({ run }) => run());

  it('has the gradients of central differences in float64', async () => {
    const { model, parameters } = await loadModel(fixtures + name);
    const batch = goldenBatch(await readAll(`${fixtures}${name}/io.safetensors`), 12);
    const { classifier } = encoders[model.config.modelType as keyof typeof encoders].heads.sequenceClassification;
    const parameter = `${classifier}.bias`;
    const out = replayFloat64(record(withGradients(model.program, [parameter]), batch, parameters), {
      ...batch,
      ...parameters,
    });
    const expected = centralDifferences(model.program, { batch, parameters }, parameter);
    expect(largestDifference(out[`gradient:${parameter}`].data, expected.data).absolute).toBeLessThan(1e-9);
  });
});
