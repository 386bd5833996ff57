import { entitiesOf, type TagScheme } from '@attune/metrics';
import { describe, expect, it } from 'vitest';
import { schemeOfLabels } from './scheme-of-labels';

describe('schemeOfLabels', () => {
  it.each([
    ['O B-PER I-PER', 'IOB2', 'default'],
    ['O I-PER I-ORG', 'IOB2', 'default'],
    ['B I O', 'IOB2', 'default'],
    ['O I-PER E-PER', 'IOE2', 'default'],
    ['O B-PER I-PER E-PER S-PER', 'IOBES', 'strict'],
    ['O S-PER', 'IOBES', 'strict'],
    ['O B-PER I-PER L-PER U-PER', 'BILOU', 'strict'],
    ['O U-PER', 'BILOU', 'strict'],
    ['O PER ORG E-MAIL', 'IO', 'strict'],
    ['O B-PER I-PER [CLS] X', 'IOB2', 'default'],
    ['NOUN VERB', 'none', 'strict'],
    ['LABEL_0 LABEL_1', 'none', 'strict'],
  ])('reads %s as %s, %s', (labels, scheme, mode) => {
    expect(schemeOfLabels(labels.split(' '))).toEqual({ scheme, mode });
  });

  /** What transformers' pipeline gives with `aggregation_strategy="simple"`: its rule, tag by tag. */
  function pipelineEntities(tags: readonly string[]) {
    const groups: { type: string; start: number; end: number }[] = [];
    tags.forEach((tag, i) => {
      const [prefix, type] = /^[BI]-/.test(tag) ? [tag[0], tag.slice(2)] : ['I', tag];
      const last = groups.at(-1);
      if (last?.type === type && prefix !== 'B') last.end = i + 1;
      else groups.push({ type, start: i, end: i + 1 });
    });
    return groups.filter(({ type }) => type !== 'O');
  }

  it.each([
    ['O B-A I-A', 'O I-A I-A B-A B-A I-B O I-B', 8],
    ['O A B', 'A A B O A O O B', 8],
    ['O B-A I-A [CLS]', '[CLS] I-A B-A [CLS] [CLS] O B-A I-A', 8],
  ])('reads %s as the pipeline does', (labels, tags) => {
    const { scheme, mode } = schemeOfLabels(labels.split(' '));
    const own = tags.split(' ');
    expect(entitiesOf(own, { scheme: scheme as TagScheme, mode })).toEqual(pipelineEntities(own));
  });
});
