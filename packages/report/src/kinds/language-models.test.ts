import { describe, expect, it } from 'vitest';
import { drawings, sampleHistory, tableRows, visibleText } from '../../test/sample';
import { type CausalLmRunData, renderCausalLmReport } from './causal-lm';
import { renderCausalLmCard } from './causal-lm-card';
import { renderMaskedLmReport } from './masked-lm';

const facts = {
  trainExamples: 12,
  testExamples: 4,
  epochs: 2,
  seconds: 71.34,
  tokensPerSecond: 9241.7,
  engine: 'onnx',
};
const run = { title: 'Skills', generatedAt: '2026-01-31', history: sampleHistory(2), place: 'runs/skills' };

describe('the page of a causal language model', () => {
  const sample = (truth: string, written: string, isWhole = true) => ({
    prompt: 'Skills of <b>:',
    truth,
    written,
    tokens: 7,
    isWhole,
  });
  const data: CausalLmRunData = {
    ...run,
    config: { task: 'causal-lm', attune: '0.1.0' },
    summary: {
      ...{
        ...facts,
        loss: 0.9,
        perplexity: 2.46,
        accuracy: 0.7,
        weightedPrecision: 0.6,
        weightedRecall: 0.7,
        weightedF1: 0.64,
      },
      ...{ maxLength: 64, parameters: 1000, trainableParameters: 100, trainableShare: 0.1 },
    },
    samples: [sample(' ["Java"]', ' ["Java"]\n'), sample(' ["C"]', ' ["C", "C', false), sample(' []', '')],
  };
  const page = renderCausalLmReport(data);

  it('holds what is written against the truth', () => {
    expect(tableRows(page, 'answers').slice(1)).toEqual([
      ['As the truth, ignoring space', '1 of 3'],
      ['Cut off before it ended', '1 of 3'],
      ['Empty', '1 of 3'],
      ['Malformed: no JSON, as the true ones are', '2 of 3'],
      ['Characters of the truth: least, median, most', '3, 6, 9'],
      ['Characters written', '0, 9, 10'],
    ]);
    const shown = visibleText(`<body>${drawings(page, 'samples')}`);
    expect(shown).toContain('1. 7 tokens: equal to the true one Prompt Skills of <b>: True ["Java"] Written ["Java"]');
    expect(shown).toContain('2. 7 tokens: malformed: not JSON, cut off');
    expect(shown).toContain('3. 7 tokens: malformed: not JSON, empty Prompt Skills of <b>: True [] Written nothing');
    expect(page).not.toContain('<b>:');
  });

  it('expects JSON only where the truth is', () => {
    const plain = renderCausalLmReport({ ...data, samples: [sample('two words', '["one"]')] });
    expect(tableRows(plain, 'answers').map(([name]) => name)).not.toContain('Malformed: no JSON, as the true ones are');
  });

  it('has curves, sizes and how to use it', () => {
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(visibleText(page)).toContain('Trained parameters 100 of 1,000 (10.00%)');
    expect(visibleText(page)).toContain('npx attune generate runs/skills --prompt');
    const adapters = renderCausalLmReport({ ...data, config: { ...data.config, quantize: 'nf4' } });
    expect(visibleText(adapters)).toContain('AutoPeftModelForCausalLM.from_pretrained("runs/skills/adapter")');
  });

  it('has a card', () => {
    const card = renderCausalLmCard({
      ...data,
      config: { ...data.config, data: '/home/ada/jobs.csv' },
      baseModel: 'ada/llama',
    });
    expect(card).toContain('- perplexity: 2.4600');
    expect(card).toContain('12 texts of jobs.csv, at most 64 tokens each.');
    expect(card).not.toContain('/home/ada');
  });
});

describe('the page of a masked language model', () => {
  it('has the figures before training and guesses', () => {
    const page = renderMaskedLmReport({
      ...{ ...run, config: { task: 'masked-lm' } },
      summary: {
        ...facts,
        loss: 2.11,
        perplexity: 8.248,
        accuracy: 0.5,
        chunks: 300,
        testChunks: 12,
        chunkLength: 256,
      },
      before: { loss: 4, perplexity: 54.6, accuracy: 0.25 },
      guesses: [
        {
          before: 'the ',
          truth: 'nurse',
          after: ' <i>works',
          guesses: [
            { token: 'nurse', score: 0.8 },
            { token: 'cook', score: 0.1 },
          ],
        },
        {
          before: 'a ',
          truth: 'farm',
          after: '',
          guesses: [
            { token: 'barn', score: 0.6 },
            { token: 'farm', score: 0.3 },
          ],
        },
      ],
    });
    const text = visibleText(page);
    expect(text).toContain(
      'Perplexity 8.248 exp of the loss: equal to a uniform choice among this number of tokens; before training 54.6',
    );
    expect(text).toContain('of the guesses; before training 25.0%');
    expect(text).toContain('The most likely guess is right for 1 of these 2 masked tokens.');
    expect(tableRows(page, 'guesses').slice(1)).toEqual([
      ['the ▁▁▁ <i>works', 'nurse', 'nurse ✓ 80%, cook 10%'],
      ['a ▁▁▁', 'farm', 'barn 60%, farm ✓ 30%'],
    ]);
    expect(page).not.toContain('<i>');
  });
});
