import { bert, distilbert, parseModelConfig, sequenceClassifier } from '@attune/models';
import { expect, it } from 'vitest';
import { trainingArguments } from '../arguments';
import { adamw, decays } from './adamw';

it.each(['bert', 'distilbert'])('spares biases and norms of %s from decay, and nothing else', (model_type) => {
  const { specs } = sequenceClassifier(parseModelConfig({ model_type }, 'test'));
  const spared = Object.keys(specs).filter((name) => !decays(name));
  expect(spared.filter((name) => specs[name].shape.length !== 1)).toEqual([]);
  expect(Object.keys(specs).filter((name) => specs[name].shape.length === 1 && decays(name))).toEqual([]);
  expect(spared.length).toBeGreaterThan(10);
  expect([bert.prefix, distilbert.prefix]).toContain(model_type);
});

it('takes its settings from the arguments, 0 meaning no clipping', () => {
  expect(adamw(trainingArguments({ weightDecay: 0.1, adamBeta1: 0.8, maxGradNorm: 0 }))).toMatchObject({
    name: 'adamw',
    beta1: 0.8,
    weightDecay: 0.1,
    maxGradNorm: undefined,
  });
});
