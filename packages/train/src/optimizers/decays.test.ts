import { bert, distilbert, parseModelConfig, sequenceClassifier } from '@attune/models';
import { expect, it } from 'vitest';
import { decays } from './decays';

it.each(['bert', 'distilbert'])('spares biases and norms of %s from decay, and nothing else', (model_type) => {
  const { specs } = sequenceClassifier(parseModelConfig({ model_type }, 'test'));
  const spared = Object.keys(specs).filter((name) => !decays(name));
  expect(spared.filter((name) => specs[name].shape.length !== 1)).toEqual([]);
  expect(Object.keys(specs).filter((name) => specs[name].shape.length === 1 && decays(name))).toEqual([]);
  expect(spared.length).toBeGreaterThan(10);
  expect([bert.prefix, distilbert.prefix]).toContain(model_type);
});
