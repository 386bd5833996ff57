import { gradientName, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { encoders } from '../families';
import { maskedLanguageModel } from '../model';
import { selectLabeled } from '../select-tokens';

const engine = openOnnxEngine();
const packed = packSequences([{ ids: [2, 4, 9, 3] }, { ids: [2, 8, 4, 11, 3] }], { rowLength: 12 });
const batch = {
  ...selectLabeled(packed, [
    [-100, 7, -100, -100],
    [-100, -100, 10, 11, -100],
  ]),
};
const families = [
  { modelType: 'bert', words: 'bert.embeddings.word_embeddings.weight', decoder: 'cls.predictions.decoder' },
  { modelType: 'electra', words: 'electra.embeddings.word_embeddings.weight', decoder: 'generator_lm_head' },
  { modelType: 'mpnet', words: 'mpnet.embeddings.word_embeddings.weight', decoder: 'lm_head.decoder' },
  { modelType: 'roberta', words: 'roberta.embeddings.word_embeddings.weight', decoder: 'lm_head.decoder' },
  { modelType: 'distilbert', words: 'distilbert.embeddings.word_embeddings.weight', decoder: 'vocab_projector' },
] as const;

describe.each(families)('a masked $modelType', ({ modelType, words, decoder }) => {
  const tied = maskedLanguageModel(tinyConfig(modelType));
  const untied = maskedLanguageModel(tinyConfig(modelType, { tie_word_embeddings: false }));
  const parameters = tinyParameters(tied);

  it('has logits at the places it reads only', async () => {
    const { logits } = await engine.compile(tied.program).run(batch, parameters);
    expect(logits.shape).toEqual([3, 40]);
  });

  it('gives the embeddings the gradient of both their uses', async () => {
    const ofTied = await engine.compile(withGradients(tied.program, [words])).run(batch, parameters);
    const expected = centralDifferences(tied.program, { batch, parameters }, words);
    expect(largestDifference(ofTied[gradientName(words)].data, expected.data).relative).toBeLessThan(1e-4);
  });

  it('computes untied, from the same numbers, what it computes tied', async () => {
    const weight = `${decoder}.weight`;
    const { tiedBias } = encoders[modelType].heads.maskedLanguageModel;
    const bias = { [`${decoder}.bias`]: tinyParameters(tied)[tiedBias] };
    const separate = { ...tinyParameters(untied), ...parameters, ...bias, [weight]: parameters[words] };
    const own = Object.fromEntries(Object.keys(untied.specs).map((name) => [name, separate[name]]));
    const [one, two] = await Promise.all([
      engine.compile(withGradients(tied.program, [words])).run(batch, parameters),
      engine.compile(withGradients(untied.program, [words, weight])).run(batch, own),
    ]);
    expect(largestDifference(two.logits.data, one.logits.data as Float32Array).absolute).toBeLessThan(1e-6);
    const decoded = two[gradientName(weight)].data;
    const sum = two[gradientName(words)].data.map((value: number, i: number) => value + decoded[i]);
    expect(largestDifference(one[gradientName(words)].data, Float64Array.from(sum)).relative).toBeLessThan(1e-5);
  });
});
