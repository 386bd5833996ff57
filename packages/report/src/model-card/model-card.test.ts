import { describe, expect, it } from 'vitest';
import { sampleData } from '../_sample';
import { renderModelCard } from './model-card';

const config = {
  data: '/home/someone/jobs.csv',
  split: '80/10/10',
  attune: '0.1.0',
  arguments: {
    learningRate: 2e-5,
    perDeviceTrainBatchSize: 16,
    seed: 42,
    adamBeta1: 0.9,
    adamBeta2: 0.999,
    adamEpsilon: 1e-8,
    maxLength: 200,
  },
  architecture: { modelType: 'distilbert' },
};
const section = (card: string, heading: string) => card.split(`${heading}\n\n`)[1].split('\n\n#')[0];

describe('renderModelCard', () => {
  const card = renderModelCard(sampleData({ config }));

  it('starts with the metadata the hub reads', () => {
    const [, front] = card.split('---\n');
    expect(front).toContain('library_name: transformers\npipeline_tag: text-classification\n');
    expect(front).toContain('- "distilbert"\n');
    expect(front).not.toContain('base_model');
    expect(front).toContain('    - type: "accuracy"\n      name: "Accuracy"\n      value: 0.6666666666666666\n');
    expect(front).toContain('      name: "jobs.csv"\n      type: text\n      split: test\n');
  });

  it('names the model it came from, where that has a name', () => {
    const own = renderModelCard({ ...sampleData(), baseModel: 'google-bert/bert-base-cased' });
    expect(own).toContain('base_model: "google-bert/bert-base-cased"');
    expect(own).toContain(
      '[google-bert/bert-base-cased](https://huggingface.co/google-bert/bert-base-cased), fine-tuned',
    );
  });

  it('says what it reaches, how it was trained, and epoch by epoch', () => {
    expect(card).toContain(
      '- Accuracy: 0.667\n- Macro-F1: 0.656\n- Baseline (TF-IDF and logistic regression): accuracy 0.500, macro-F1 0.489',
    );
    const procedure = section(card, '### Training hyperparameters');
    expect(card).not.toContain('/home/someone');
    expect(procedure).toContain('- learning_rate: 0.00002\n- train_batch_size: 16\n- seed: 42\n');
    expect(procedure).toContain(
      '- optimizer: AdamW with betas=(0.9, 0.999) and epsilon=1e-8\n- lr_scheduler_type: linear',
    );
    expect(section(card, '### Training results')).toBe(
      [
        '| Training loss | Epoch | Step | Validation loss | Accuracy | Macro-F1 |',
        '| --- | --- | --- | --- | --- | --- |',
        '| 0.500 | 1 | 10 | 0.731 | 0.610 | 0.500 |',
        '| 0.250 | 2 | 20 | 1.731 | 0.710 | 0.500 |',
      ].join('\n'),
    );
    expect(card).toContain('Of a longer text it reads the first 200 tokens.');
  });

  it('has the scores of every class, and what is known of bias', () => {
    expect(section(card, '### Results by class')).toContain('| 21 (Mining) | 0.500 | 0.500 | 0.500 | 2 |');
    const bias = section(card, '## Bias');
    expect(bias).toContain('By F1: lowest 21 (Mining) 0.500, highest 11 1.000.');
    expect(bias).toContain('Fewer than 10 texts measure: 11, 21 (Mining), 31-33 (Manufacturing).');
  });

  it('does without history, arguments or a baseline', () => {
    const bare = renderModelCard(
      sampleData({ config: {}, history: [], summary: { ...sampleData().summary, baseline: null } }),
    );
    expect(bare).toContain('Nothing was evaluated while it trained.');
    expect(bare).toContain('Not recorded.');
    expect(bare).not.toContain('Baseline');
  });

  it('keeps hostile labels and titles from becoming markup', () => {
    const hostile = 'x](http://evil)\n# <img onerror=1> | `y`';
    const own = renderModelCard(
      sampleData({ title: hostile, labels: [hostile, '21', '31-33'], config: { data: '"\n---\n' } }),
    );
    const [front, body, ...more] = own.split('\n---\n');
    expect(more).toEqual([]);
    expect(front).toContain(`name: ${JSON.stringify(hostile)}`);
    expect(body).not.toContain('x](http');
    expect(body).not.toMatch(/[^\\]<img/);
    expect(body).not.toMatch(/^# [^x]/m);
  });
});
