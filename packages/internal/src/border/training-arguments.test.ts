import { describe, expect, it } from 'vitest';
import { checkOptions } from './options';
import { foreignArgument } from './training-arguments';

describe('foreignArgument', () => {
  it.each([
    ['greaterIsBetter', 'the direction follows from metricForBestModel; remove it'],
    ['load_best_model_at_end', 'the best model is always the one that is kept; remove it'],
    ['--fp16', 'training in float16 is not supported; use bf16 with the engine tfjs-node, or remove it'],
    ['num-labels', 'labels are read from the data; remove it, or list them with labelList'],
    ['push_to_hub', 'training does not publish; remove it, and publish the run with npx attune push'],
    ['--dataset_name', 'data sets are files; remove it, and name a CSV, JSON lines or Parquet file in data'],
    ['max_train_samples', 'all rows of a file are used; remove it'],
    ['learningRate', undefined],
    ['constructor', undefined],
  ])('answers %s', (name, answer) => expect(foreignArgument(name)).toBe(answer));

  it('writes the options as asked', () => {
    expect(foreignArgument('fp16', (option) => `--${option}`)).toContain('use --bf16 with');
  });
});

describe('checkOptions', () => {
  const table = { out: 'string', arguments: { numTrainEpochs: 'number' } } as const;
  const check = (options: object) => () => checkOptions('fit', options, table);

  it('answers names of transformers by name, in the arguments and next to them', () => {
    const answer = 'the direction follows from metricForBestModel; remove it';
    expect(check({ arguments: { greater_is_better: true } })).toThrow(`fit: arguments.greater_is_better: ${answer}`);
    expect(check({ greaterIsBetter: true })).toThrow(`fit: greaterIsBetter: ${answer}`);
  });

  it('answers them only where training arguments are', () => {
    expect(() => checkOptions('open', { fp16: true }, { threads: 'number' })).toThrow(
      'open: expected known options, got fp16; the options are threads',
    );
  });
});
