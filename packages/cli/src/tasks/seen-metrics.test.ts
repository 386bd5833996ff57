import { describe, expect, it } from 'vitest';
import { areSeen, bySeen, seenLines, seenTags, shownTags } from './seen-metrics';

const sentence = (text: string, tags: string) => ({ words: text.split(' '), tags: tags.split(' ') });
const tagged = (...tags: string[]) => tags.map((own) => ({ tags: own.split(' '), scores: [] }));

describe('seenTags', () => {
  const sentences = [sentence('We need Java', 'O O B'), sentence('Java now', 'B O'), sentence('we need SQL', 'O O B')];
  const predicted = tagged('O O B', 'O O', 'B O B');
  const how = { predicted, scheme: 'IOB2', mode: 'strict' } as const;

  it('measures apart what is among other sentences, whatever its case, and what is not', () => {
    const { seen, unseen } = seenTags(sentences, [sentence('we NEED java', 'O O O')], how);
    expect(seen).toEqual({ examples: 1, precision: 1, recall: 1, f1: 1, accuracy: 1, support: 1 });
    expect(unseen).toEqual({ examples: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, accuracy: 3 / 5, support: 2 });
  });

  it('has no metrics of no sentence, and accuracy alone where tags stand for themselves', () => {
    const { seen, unseen } = seenTags(sentences, [], { ...how, scheme: 'none' });
    expect(seen).toEqual({ examples: 0 });
    expect(unseen).toEqual({ examples: 3, accuracy: 6 / 8 });
  });

  it('prints that sentences have no entities in place of an F1', () => {
    const bare = [sentence('Come and see us', 'O O O O'), ...sentences];
    const metrics = seenTags(bare, bare.slice(0, 1), { ...how, predicted: [...tagged('O O O O'), ...predicted] });
    expect(metrics.seen).toEqual({ examples: 1, precision: 0, recall: 0, f1: 0, accuracy: 1, support: 0 });
    expect(seenLines(metrics, shownTags)).toBe(
      'seen  1: no entities, accuracy 1.0000\nunseen 3: F1 0.6667, accuracy 0.7500',
    );
  });
});

describe('bySeen', () => {
  it('measures the texts that are among others, whatever case and white space, and the rest', () => {
    const isSeen = areSeen(['Bean  farming', 'Corn', 'rice', 'Wheat'], ['bean farming ', 'RICE', 'oats']);
    const metrics = bySeen(isSeen, (chosen) => ({ examples: chosen.length, chosen }));
    expect(metrics).toEqual({ seen: { examples: 2, chosen: [0, 2] }, unseen: { examples: 2, chosen: [1, 3] } });
  });

  it('does not measure what is empty', () => {
    const metrics = bySeen([false, false], (chosen) => ({ examples: chosen.length, accuracy: 0.5 }));
    expect(metrics.seen).toEqual({ examples: 0 });
    expect(seenLines(metrics, ({ accuracy }) => [`accuracy ${accuracy}`])).toBe('seen  0\nunseen 2: accuracy 0.5');
  });
});
