import { int32 } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { encoders } from '../families';
import { sequenceClassifier, tokenClassifier } from '../model';
import { selectTokens } from '../select-tokens';

const engine = openOnnxEngine();
const sequences = [{ ids: [2, 7, 9, 11, 3] }, { ids: [2, 8, 3] }, { ids: [2, 21, 22, 3] }];

/** Logits of a token while training, by sequence and position. */
async function trainingLogits(config: ReturnType<typeof tinyConfig>, rowLength: number, positions: number[][]) {
  const model = tokenClassifier(config);
  const batch = selectTokens(packSequences(sequences, { rowLength }), positions);
  const seeded = { ...batch, seed: int32([42, 3]) };
  const { logits } = await engine.compile(model.program).run(seeded, tinyParameters(model));
  const outputs = logits.shape[1];
  return (sequence: number, position: number) => {
    const at = [...batch.reads.data].findIndex(
      (_, i) => batch.readSequenceIds.data[i] === sequence && batch.readPositionIds.data[i] === position,
    );
    return logits.data.subarray(at * outputs, (at + 1) * outputs);
  };
}

it('drops out of a token alike whatever else is read, however it is packed', async () => {
  const config = tinyConfig('bert', { classifier_dropout: 0.5 });
  const every = await trainingLogits(
    config,
    16,
    sequences.map(({ ids }) => [...ids.keys()]),
  );
  const some = await trainingLogits(config, 6, [[3], [], [2, 1]]);
  for (const [sequence, position] of [
    [0, 3],
    [2, 1],
    [2, 2],
  ])
    expect(largestDifference(some(sequence, position), every(sequence, position)).absolute).toBeLessThan(1e-5);
  expect(largestDifference(every(0, 0), every(1, 0)).absolute).toBeGreaterThan(1e-2);
});

it.each([
  ['bert', { classifier_dropout: 0.5 }, true],
  ['bert', { hidden_dropout_prob: 0, classifier_dropout: 0 }, false],
  ['distilbert', { dropout: 0, seq_classif_dropout: 0.9 }, false],
  ['electra', { classifier_dropout: 0.5 }, true],
  ['mpnet', { hidden_dropout_prob: 0.5 }, true],
  ['mpnet', { classifier_dropout: 0.9 }, false],
  ['roberta', { classifier_dropout: 0.5 }, true],
  ['roberta', { hidden_dropout_prob: 0, classifier_dropout: 0 }, false],
] as const)('of %s drops out at the rate transformers has: %j', async (modelType, rates, drops) => {
  const still = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0, dropout: 0, attention_dropout: 0 };
  const config = tinyConfig(modelType, { ...still, ...rates });
  const model = tokenClassifier(config);
  const batch = selectTokens(packSequences(sequences, { rowLength: 16 }), [[1], [1], [1]]);
  const program = engine.compile(model.program);
  const parameters = tinyParameters(model);
  const evaluated = await program.run({ ...batch }, parameters);
  const trained = await program.run({ ...batch, seed: int32([42, 0]) }, parameters);
  const { absolute } = largestDifference(trained.logits.data, evaluated.logits.data as Float32Array);
  if (drops) expect(absolute).toBeGreaterThan(1e-2);
  else expect(absolute).toBeLessThan(1e-6);
});

/** The head with matrices that pass everything through: logits are activation(state), as many labels as channels. */
function throughHead(modelType: 'bert' | 'electra' | 'roberta') {
  const labels = Array.from({ length: 16 }, (_, i) => `${i}`);
  const rates = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0, classifier_dropout: 0.5 };
  const model = sequenceClassifier({ ...tinyConfig(modelType, rates), labels });
  const { pooler, classifier } = encoders[modelType].heads.sequenceClassification;
  const parameters = tinyParameters(model);
  for (const name of [pooler, classifier])
    parameters[`${name}.weight`].data.set(Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0)));
  return { program: engine.compile(model.program), parameters };
}

const gelu = (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2));
function erf(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

it.each([
  ['bert', Math.tanh, false],
  ['roberta', Math.tanh, true],
  ['electra', gelu, true],
] as const)(
  'of %s drops out behind the pooler, and before it where transformers does',
  async (type, activation, dropsState) => {
    const { program, parameters } = throughHead(type);
    const batch = packSequences(
      Array.from({ length: 40 }, (_, i) => ({ ids: [2, 5 + (i % 30), 3] })),
      { rowLength: 12 },
    );
    const [state, trained] = await Promise.all([
      program.run({ ...batch }, parameters),
      program.run({ ...batch, seed: int32([42, 0]) }, parameters),
    ]);
    const outputs = [...trained.logits.data];
    const kept = outputs.filter((value) => value !== 0).length / outputs.length;
    expect(kept).toBeGreaterThan(dropsState ? 0.2 : 0.45);
    expect(kept).toBeLessThan(dropsState ? 0.3 : 0.55);
    // From activation(x) to the x that gives it, where that is certain: what is kept is doubled, before it and behind it.
    const inverse = (y: number) => inverseOf(activation, y);
    outputs.forEach((value, i) => {
      const y = state.logits.data[i];
      if (value === 0 || y < 0.05 || y > 0.9) return;
      expect(value).toBeCloseTo(2 * activation((dropsState ? 2 : 1) * inverse(y)), 3);
    });
  },
);

/** The x above 0 of which a rising function is y, by halving. */
function inverseOf(rising: (x: number) => number, y: number): number {
  let [low, high] = [0, 4];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < y) low = middle;
    else high = middle;
  }
  return low;
}
