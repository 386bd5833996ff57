import { int32 } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { tokenClassifier } from '../model';
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
