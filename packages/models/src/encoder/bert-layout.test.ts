import { type HostTensor, record } from '@attune/engine';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences, type Sequence } from '../batch';
import { type Model, tokenClassifier } from '../model';
import { selectTokens } from '../select-tokens';

const lengths = [7, 1, 14, 4];
const sequencesOf = (typeIds: (i: number) => number): Sequence[] =>
  lengths.map((length, row) => ({
    ids: Array.from({ length }, (_, i) => 5 + ((row * 11 + i * 7) % 34)),
    typeIds: Array.from({ length }, (_, i) => typeIds(i)),
  }));

/** Logits of every token in float64, two sequences and more in a row. */
function exactLogits(model: Model, parameters: Record<string, HostTensor>, sequences: readonly Sequence[]) {
  const positions = sequences.map(({ ids }) => [...Array(ids.length).keys()]);
  const batch = { ...selectTokens(packSequences(sequences, { rowLength: 14 }), positions) };
  return replayFloat64(record(model.program, batch, parameters), { ...batch, ...parameters }).logits.data;
}

describe.each([1, 4])('a RoBERTa whose padding id is %i', (pad) => {
  const roberta = tokenClassifier(tinyConfig('roberta', { pad_token_id: pad, max_position_embeddings: 15 + pad }));
  const parameters = tinyParameters(roberta);

  it('has as many positions behind the padding as tokens fit', () => {
    expect(roberta.config.maxPositions).toBe(14);
    expect(roberta.specs['roberta.embeddings.position_embeddings.weight'].shape).toEqual([15 + pad, 16]);
    const rows = parameters['roberta.embeddings.position_embeddings.weight'].data;
    expect([...rows.subarray(16 * pad, 16 * (pad + 1))]).toEqual(Array(16).fill(0));
  });

  it('computes what a BERT does whose table of positions begins behind it', () => {
    const bert = tokenClassifier(
      tinyConfig('bert', { max_position_embeddings: 14, layer_norm_eps: roberta.config.layerNormEps }),
    );
    const own = Object.fromEntries(
      Object.entries(parameters).map(([name, tensor]) => [name.replace(/^roberta\./, 'bert.'), tensor]),
    );
    const table = 'bert.embeddings.position_embeddings.weight';
    const behind = { shape: [14, 16], dtype: 'float32' as const, data: own[table].data.slice(16 * (pad + 1)) };
    const types = 'bert.embeddings.token_type_embeddings.weight';
    const both = { ...own[types], shape: [2, 16], data: Float32Array.from([...own[types].data, ...Array(16).fill(9)]) };
    const sequences = sequencesOf(() => 0);
    const expected = exactLogits(bert, { ...own, [table]: behind, [types]: both } as typeof own, sequences);
    const logits = exactLogits(roberta, parameters, sequences);
    expect(largestDifference(logits, Float64Array.from(expected)).absolute).toBeLessThan(1e-12);
  });
});

it.each(['bert', 'electra', 'roberta'] as const)(
  'a %s of one segment has no use for type ids, one of two has',
  (type) => {
    const difference = (segments: number) => {
      const model = tokenClassifier(tinyConfig(type, { type_vocab_size: segments }));
      const [first, second] = [sequencesOf(() => 0), sequencesOf((i) => (i > 2 ? 1 : 0))].map((sequences) =>
        exactLogits(model, tinyParameters(model), sequences),
      );
      return largestDifference(second, Float64Array.from(first)).absolute;
    };
    expect(difference(1)).toBe(0);
    expect(difference(2)).toBeGreaterThan(0.01);
  },
);

it('an ELECTRA as wide as its embeddings has no projection', () => {
  const names = (embedding_size: number) =>
    Object.keys(tokenClassifier(tinyConfig('electra', { embedding_size })).specs);
  const projection = ['electra.embeddings_project.weight', 'electra.embeddings_project.bias'];
  expect(names(8).filter((name) => !names(16).includes(name))).toEqual(projection);
});
