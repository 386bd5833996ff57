import { describe, expect, it } from 'vitest';
import { drawings, sampleHistory, tableRows, visibleText } from '../../test/sample';
import { entitiesIn, errorsOf } from '../sections/entity-errors';
import { renderTokenReport, type TokenRunData } from './token';

const tagged = (text: string, tags: string, line: number) => ({ words: text.split(' '), tags: tags.split(' '), line });
const sentences = [
  tagged('we need Java now', 'O O B-SKILL O', 3),
  tagged('New York City <b>', 'B-PLACE I-PLACE I-PLACE O', 8),
  tagged('Ada knows C', 'B-NAME O B-SKILL', 13),
  tagged('nothing here', 'O O', 17),
];
const predicted = ['O O B-SKILL O', 'O B-PLACE I-PLACE B-NAME', 'B-PLACE O O', 'O O'].map((tags) => ({
  tags: tags.split(' '),
}));
const test = { sentences, predicted, file: 'skills.conll' };
const reading = { scheme: 'IOB2', mode: 'strict' };
const score = { precision: 0.25, recall: 0.25, f1: 0.25, support: 4 };
const data: TokenRunData = {
  ...{ title: 'Skills', config: { task: 'token-classification' }, generatedAt: '2026-01-31', test },
  history: sampleHistory(1),
  summary: {
    ...{ trainExamples: 9, testExamples: 4, epochs: 1, seconds: 2, tokensPerSecond: 900, engine: 'onnx' },
    ...{ loss: 0.9, accuracy: 0.5, precision: 0.25, recall: 0.25, f1: 0.25, perEntity: { SKILL: score } },
    ...reading,
  },
};

describe('the errors of a tagger', () => {
  it('are told apart by type and ends', () => {
    const kinds = entitiesIn(test, reading).map((sentence) => errorsOf(sentence).map(({ kind }) => kind));
    expect(kinds).toEqual([[], ['boundary', 'invented'], ['type', 'missed'], []]);
    const both = {
      words: ['a', 'b'],
      truth: [{ type: 'X', start: 0, end: 2 }],
      predicted: [{ type: 'Y', start: 1, end: 2 }],
    };
    expect(errorsOf(both).map(({ kind }) => kind)).toEqual(['both']);
  });

  it('hold a wrong entity against the one that it shares most words with', () => {
    const of = (type: string, start: number, end: number) => ({ type, start, end });
    const sentence = {
      words: 'a b c d e'.split(' '),
      truth: [of('X', 0, 2), of('X', 2, 5)],
      predicted: [of('X', 1, 5)],
    };
    const [first, second] = errorsOf(sentence);
    expect([first.kind, first.truth, second.kind, second.truth]).toEqual([
      'boundary',
      of('X', 2, 5),
      'missed',
      of('X', 0, 2),
    ]);
  });

  it('are of single words where tags stand for themselves', () => {
    const own = { sentences: [tagged('a b c', 'DET O NOUN', 1)], predicted: [{ tags: ['DET', 'VERB', 'VERB'] }] };
    const [sentence] = entitiesIn(own, { scheme: 'none', mode: 'strict' });
    expect(errorsOf(sentence).map(({ kind }) => kind)).toEqual(['type', 'invented']);
  });
});

describe('the page of a tagger', () => {
  const page = renderTokenReport(data);
  const text = visibleText(page);

  it('counts the errors by kind, with an example each', () => {
    expect(tableRows(page, 'entity-errors').slice(1)).toEqual([
      ['type : both ends right, wrong type line 13, true: Ada [ NAME ]; predicted: Ada [ PLACE ]', '1', '25.0%'],
      [
        'boundary : type right, one end or both wrong line 8, true: New York City [ PLACE ]; predicted: York City [ PLACE ]',
        '1',
        '25.0%',
      ],
      ['type and boundary : type and ends wrong, overlapping a true entity', '0', '0.0%'],
      ['missed : a true entity without a predicted one line 13, true: C [ SKILL ]', '1', '25.0%'],
      ['invented : a predicted entity without a true one line 8, predicted: <b> [ NAME ]', '1', '25.0%'],
    ]);
    expect(text).toContain('4 errors in 2 of 4 sentences.');
  });

  it('shows sentences with their entities, those with most errors first, escaped', () => {
    const shown = drawings(page, 'highlights');
    expect([...shown.matchAll(/<bdi>(line \d+)<\/bdi>/g)].map(([, name]) => name)).toEqual([
      'line 8',
      'line 13',
      'line 3',
    ]);
    expect(shown).toContain('<mark class="truth predicted both" title="true: SKILL, predicted: SKILL">Java</mark>');
    expect(shown).toContain('&lt;b&gt;</mark>');
    expect(page).not.toMatch(/<b>(?!type|boundary|missed|invented)/);
    expect(text).toContain(
      '2 of 4 sentences have an error. Shown are all with entities, those with most errors first. Lines refer to skills.csv'.replace(
        'csv',
        'conll',
      ),
    );
  });

  it('gives F1 its interval', () => {
    expect(text).toMatch(
      /F1 25\.0% precision 25\.0%, recall 25\.0%, by whole entities; 95% interval 0\.0% to \d+\.\d%/,
    );
  });

  it('says what a run without predictions lacks, and what to tag with', () => {
    const { test: _, ...older } = data;
    const without = renderTokenReport({ ...older, place: 'runs/skills' });
    expect(visibleText(without)).toContain('The run has no predictions.jsonl');
    expect(without).not.toContain('id="entity-errors"');
    expect(visibleText(without)).toContain('await loadTagger("runs/skills")');
  });

  it('refuses tags that do not belong to the words', () => {
    const wrong = { ...test, predicted: predicted.map(({ tags }) => ({ tags: tags.slice(1) })) };
    expect(() => renderTokenReport({ ...data, test: wrong })).toThrow(
      'sentence 0 expected a true and a predicted tag per word',
    );
  });
});
