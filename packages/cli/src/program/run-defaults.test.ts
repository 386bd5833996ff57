import { trainingArguments } from '@attune/train';
import { describe, expect, it } from 'vitest';
import { defaultSplits, runDefaults } from './run-defaults';

describe('runDefaults', () => {
  it('are those of the task', () => {
    const of = (config: Readonly<Record<string, unknown>>) => runDefaults(config);
    expect(of({ task: 'token-classification', arguments: { maxLength: 512 } })).toMatchObject({
      defaults: { metricForBestModel: 'f1' },
      settingDefaults: { split: '80/10/10', scheme: 'IOB2', mode: 'strict', decoding: 'argmax', stride: 128 },
    });
    expect(of({ task: 'masked-lm', architecture: { maxPositions: 64 } }).settingDefaults).toEqual({
      ...{ split: defaultSplits.maskedLm, mlmProbability: 0.15, wholeWord: false, chunkLength: 64 },
    });
    const causal = of({ task: 'causal-lm', testData: 'b.csv', arguments: { perDeviceTrainBatchSize: 4 } });
    expect(causal).toMatchObject({
      defaults: { perDeviceEvalBatchSize: 4 },
      settingDefaults: { split: '90/10', truncationMode: 'keep_completion' },
    });
  });

  it('are those of adapters, whose learning rate is the library’s where nothing was typed', () => {
    const adapted = { task: 'causal-lm', lora: { r: 32, alpha: 64, targetModules: 'all-linear' } };
    const typed = runDefaults({ ...adapted, options: { loraR: '32' } });
    expect(typed.defaults.learningRate).toBe(2e-4);
    expect(typed.settingDefaults.lora).toEqual({ alpha: 64, targetModules: 'all-linear' });
    expect(runDefaults(adapted).defaults.learningRate).toBe(trainingArguments().learningRate);
  });
});
