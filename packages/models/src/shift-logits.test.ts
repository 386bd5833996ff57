import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../test/tiny';
import { initializeAdapter, withLora } from './lora/with-lora';
import { causalLanguageModel, maskedLanguageModel, sequenceClassifier } from './model';
import { quantized, quantizeParameters } from './quantized/quantized';
import { shiftLogits } from './shift-logits';

const classes = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
const shift = { temperature: 2, offsets: [0.5, 0, -1] };

describe('shiftLogits', () => {
  it.each(['bert', 'distilbert', 'electra', 'mpnet', 'roberta'] as const)(
    'changes weight and bias of the classifier of a %s, in copies',
    (family) => {
      const model = sequenceClassifier(tinyConfig(family, classes));
      const parameters = tinyParameters(model);
      const before = structuredClone(parameters);
      const shifted = shiftLogits(model, parameters, shift)!;
      const classifier = ['bert', 'distilbert'].includes(family) ? 'classifier' : 'classifier.out_proj';
      const names = [`${classifier}.weight`, `${classifier}.bias`];
      expect(Object.keys(shifted)).toEqual(names);
      expect(parameters).toEqual(before);
      const [weight, bias] = names.map((name) => parameters[name].data as Float32Array);
      expect(shifted[names[0]]).toEqual({ ...parameters[names[0]], data: weight.map((x) => x / 2) });
      expect(shifted[names[1]].data).toEqual(bias.map((x, i) => x / 2 + shift.offsets[i]));
    },
  );

  it('changes the head that an adapter saves whole, and no other', () => {
    const base = sequenceClassifier(tinyConfig('distilbert', classes));
    const quantizedBase = quantized(base, { format: 'nf4' });
    const adapted = (options: object, of = base) => {
      const model = withLora(of, { r: 2, alpha: 4, targetModules: ['q_lin'], ...options });
      const ofBase = of === base ? tinyParameters(base) : quantizeParameters(quantizedBase, tinyParameters(base));
      return shiftLogits(model, { ...ofBase, ...initializeAdapter(model, 1) }, shift);
    };
    expect(Object.keys(adapted({}) ?? {})).toEqual(['classifier.weight', 'classifier.bias']);
    expect(Object.keys(adapted({}, quantizedBase) ?? {})).toEqual(['classifier.weight', 'classifier.bias']);
    expect(adapted({ modulesToSave: ['pre_classifier'] })).toBeUndefined();
    expect(adapted({ modulesToSave: ['pre_classifier'], targetModules: ['q_lin', 'classifier'] })).toBeUndefined();
  });

  it('leaves a decoder alone that shares the word embeddings or has no bias', () => {
    for (const model of [
      maskedLanguageModel(tinyConfig('bert')),
      causalLanguageModel(tinyConfig('llama', { tie_word_embeddings: true })),
      causalLanguageModel(tinyConfig('llama', { tie_word_embeddings: false })),
    ])
      expect(shiftLogits(model, tinyParameters(model), { temperature: 2 })).toBeUndefined();
  });
});
