import { expect, it } from 'vitest';
import { trainingArguments } from './arguments';

it('has defaults, which undefined does not override', () => {
  const args = trainingArguments({ learningRate: undefined, seed: 7 });
  expect(args).toMatchObject({ learningRate: 5e-5, seed: 7, numTrainEpochs: 3, maxGradNorm: 1 });
});

it.each([
  [{ learningRate: 0 }, 'learningRate: expected a number > 0, got 0'],
  [{ learningRate: Number.NaN }, 'learningRate: expected a number > 0, got NaN'],
  [{ numTrainEpochs: 1.5 }, 'numTrainEpochs: expected an integer ≥ 1, got 1.5'],
  [{ warmupRatio: 2 }, 'warmupRatio: expected a number in [0, 1], got 2'],
  [{ maxLength: 2 }, 'maxLength: expected an integer ≥ 3'],
  [{ seed: -1 }, 'seed: expected an integer in [0, 2³¹), got -1'],
  [{ adamBeta2: 1 }, 'adamBeta2: expected a number in [0, 1), got 1'],
])('refuses %o', (args, message) => {
  expect(() => trainingArguments(args)).toThrow(message);
});

it.each(['adamw_torch', 'adamw_torch_fused', 'adamw_hf'] as const)('takes %s as adamw', (optim) => {
  expect(trainingArguments({ optim })).toEqual(trainingArguments({ optim: 'adamw' }));
});

it.each([
  ['load_best_model_at_end', 'the best model is always the one that is kept; remove it'],
  ['greaterIsBetter', 'the direction follows from metricForBestModel; remove it'],
  ['fp16', 'training in float16 is not supported; use bf16 with the engine tfjs-node, or remove it'],
])('answers %s of transformers by name', (name, answer) => {
  expect(() => trainingArguments({ [name]: true })).toThrow(`trainingArguments: ${name}: ${answer}`);
});
