import { describe, expect, it } from 'vitest';
import { sampleHistory, tableRows, visibleText } from '../../test/sample';
import { type MaskedLmRunData, renderMaskedLmCard, renderMaskedLmReport } from './masked-lm';
import { renderTokenCard, renderTokenReport, type TokenRunData } from './token';

const facts = {
  trainExamples: 1200,
  testExamples: 40,
  epochs: 2,
  seconds: 71.34,
  tokensPerSecond: 9241.7,
  engine: 'onnx',
};
const run = {
  title: 'Skills <b>',
  config: { task: 'token-classification', data: '/home/ada/skills.conll', arguments: { seed: 7 } },
  generatedAt: '2026-01-31',
};
const skill = { precision: 0.5, recall: 0.25, f1: 1 / 3, support: 1234 };
const token: TokenRunData = {
  ...run,
  history: sampleHistory(2).map((line) => (line.type === 'eval' ? { ...line, macroF1: undefined, f1: 0.4321 } : line)),
  summary: {
    ...facts,
    ...{ loss: 0.91, accuracy: 0.87, precision: 0.5, recall: 0.25, f1: 1 / 3, perEntity: { SKILL: skill } },
    ...{ scheme: 'IOB2', mode: 'strict' },
  },
};
const masked: MaskedLmRunData = {
  ...run,
  history: sampleHistory(2).map((line) =>
    line.type === 'eval' ? { ...line, macroF1: undefined, perplexity: 8.25 } : line,
  ),
  summary: { ...facts, loss: 2.11, perplexity: 8.248, accuracy: 0.5, chunks: 300, testChunks: 12, chunkLength: 256 },
};

describe('the report of a tagger', () => {
  const page = renderTokenReport(token);

  it('shows metrics, curves and every type', () => {
    expect(visibleText(page)).toContain('Result on 40 test sentences F1 33.3% precision 50.0%, recall 25.0%');
    expect(tableRows(page, 'entities').slice(1)).toEqual([
      ['SKILL', '0.500', '0.250', '0.333', '1,234'],
      ['All types', '0.500', '0.250', '0.333', ''],
    ]);
    expect(tableRows(page, 'training')[0]).toContain('F1');
    expect(tableRows(page, 'training')[1]).toContain('0.432');
    expect(visibleText(page)).toContain('read as IOB2, strict');
    expect(page).not.toMatch(/NaN|undefined|<b>/);
  });

  it('leaves entities out where tags stand for themselves', () => {
    const { precision, recall, f1, ...summary } = token.summary;
    const plain = renderTokenReport({ ...token, summary: { ...summary, scheme: 'none' } });
    expect(visibleText(plain)).toContain('Result on 40 test sentences Accuracy 87.0%');
    expect(plain).not.toContain('All types');
  });
});

it('the report of a masked language model shows perplexity', () => {
  const page = renderMaskedLmReport(masked);
  expect(visibleText(page)).toContain('Perplexity 8.248');
  expect(visibleText(page)).toContain('1,200 texts, 300 chunks of 256 tokens');
  expect(tableRows(page, 'training')[1]).toContain('8.25');
  expect(page).not.toMatch(/NaN|undefined/);
});

describe('model cards', () => {
  it('say what the model does', () => {
    const card = renderTokenCard({ ...token, baseModel: 'ada/bert' });
    expect(card).toMatch(/^---\nlibrary_name: transformers\npipeline_tag: token-classification\n/);
    expect(card).toContain('base_model: "ada/bert"');
    expect(card).toContain(`    - type: "f1"\n      name: "F1"\n      value: ${1 / 3}`);
    expect(card).toContain('| SKILL | 0.500 | 0.250 | 0.333 | 1,234 |');
    expect(card).toContain('- seed: 7');
    expect(card).not.toContain('/home/ada');
    const other = renderMaskedLmCard(masked);
    expect(other).toContain('pipeline_tag: fill-mask');
    expect(other).toContain('- Perplexity: 8.248');
  });
});
