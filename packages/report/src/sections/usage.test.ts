import { describe, expect, it } from 'vitest';
import { visibleText } from '../../test/sample';
import { toMarkup } from '../page/html';
import { usageSection } from './usage';

const shown = (config: Readonly<Record<string, unknown>>) =>
  visibleText(`<body>${toMarkup(usageSection({ config, place: 'runs/qm' }))}`);

describe('adapters beside their base, in Python', () => {
  const quantize = { quantize: 'int8' };

  it('have a head of their own labels, whatever the base has', () => {
    const sectors = { task: 'sequence-classification', architecture: { labels: ['farm', 'code', 'bank'] } };
    expect(shown({ ...sectors, ...quantize })).toContain(
      'AutoPeftModelForSequenceClassification.from_pretrained("runs/qm/adapter", num_labels=3)',
    );
    const tags = { task: 'token-classification', architecture: { labels: ['O', 'B-X', 'I-X'] } };
    expect(shown({ ...tags, ...quantize })).toContain(
      'AutoPeftModelForTokenClassification.from_pretrained("runs/qm/adapter", num_labels=3)',
    );
  });

  it('have none where they write', () => {
    const causal = { task: 'causal-lm', architecture: { labels: ['LABEL_0', 'LABEL_1'] }, ...quantize };
    expect(shown(causal)).toContain('AutoPeftModelForCausalLM.from_pretrained("runs/qm/adapter")');
  });
});
