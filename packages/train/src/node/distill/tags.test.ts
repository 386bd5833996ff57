import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { entityReport } from '@attune/metrics';
import { trainWordPiece } from '@attune/tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyConfig } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import { tokenExamples } from '../../tasks/token/examples';
import { fitTokenClassifier } from '../token/fit';
import { loadTagger } from '../token/load';
import type { TokenFitOptions } from '../token/options';
import { tagDifferences } from './tag-lesson';
import { joinedExamples, taughtWords, untaggedExamples } from './tags';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-distill-tags-'));
afterAll(() => rmSync(directory, { recursive: true }));
const place = (...names: string[]) => join(directory, ...names);
const weights = (run: string) => readFileSync(place(run, 'model', 'model.safetensors'));

const data = { train: toySentences(80, 1), validation: toySentences(20, 2), test: toySentences(30, 3) };
const args = { learningRate: 5e-3, numTrainEpochs: 8, maxLength: 32 };
const fit = (out: string, more: Partial<TokenFitOptions> = {}) =>
  fitTokenClassifier({ data, model: 'new', newConfig: tinyConfig, arguments: args, engine, out: place(out), ...more });

describe('a student of words', () => {
  const teacher = place('teacher');
  // Whole words, where the student has pieces: what is learned is word by word.
  beforeAll(() => fit('teacher', { newConfig: { ...tinyConfig, n_layers: 2, vocab_size: 60 } }).then(() => {}));

  it('with a teacher of no share is the run without one, to the bit', async () => {
    const one = { ...args, numTrainEpochs: 1 };
    const alone = await fit('alone', { arguments: one });
    const none = await fit('no-share', { arguments: one, teacher, distillAlpha: 0 });
    expect(weights('no-share').equals(weights('alone'))).toBe(true);
    expect(none.summary.f1).toBe(alone.summary.f1);
    await fit('some-share', { arguments: one, teacher });
    expect(weights('some-share').equals(weights('alone'))).toBe(false);
  });

  it('learns from sentences without tags, and is shown beside its teacher', async () => {
    const few = { ...data, train: data.train.slice(0, 6) };
    const unlabeled = toySentences(120, 9).map(({ words }) => ({ words }));
    const own = await fit('few', { data: few, teacher, distillAlpha: 0 });
    const taught = await fit('taught', { data: few, teacher, unlabeled });
    expect(taught.summary.f1!).toBeGreaterThan(own.summary.f1! + 0.05);
    expect(taught.summary).toMatchObject({ trainExamples: 6, distillation: { unlabeledExamples: 120 } });
    const [student, beside] = taught.summary.sideBySide!;
    const tagger = await loadTagger(teacher);
    const { f1, accuracy } = await tagger.evaluate(data.test);
    await tagger.close();
    expect(beside.metrics).toMatchObject({ f1, accuracy });
    expect(student.metrics.f1).toBe(taught.summary.f1);
    expect(beside.difference!.f1.estimate).toBeCloseTo(student.metrics.f1 - f1!, 12);
    expect(student.textsPerSecond).toBeGreaterThan(0);
  });

  it('is resumed to the bit', async () => {
    const unlabeled = toySentences(20, 9).map(({ words }) => ({ words }));
    const more = { teacher, unlabeled, arguments: { ...args, numTrainEpochs: 3 } };
    await fit('whole', more);
    const enough = new AbortController();
    const stopped = fit('resumed', {
      ...more,
      signal: enough.signal,
      onEvent: ({ type, step }) => type === 'step' && step === 9 && enough.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(fit('resumed', { ...more, resume: true, distillAlpha: 0.6 })).rejects.toMatchObject({
      code: 'TEACHER_CHANGED',
    });
    await fit('resumed', { ...more, resume: true });
    expect(weights('resumed').equals(weights('whole'))).toBe(true);
  });

  it('is some of the layers of its teacher', async () => {
    const thin = { model: teacher, newConfig: undefined, teacher, studentLayers: [1] };
    const { config } = await fit('thin', { ...thin, arguments: { ...args, numTrainEpochs: 1 } });
    expect(config).toMatchObject({ studentLayers: [1], architecture: { layers: 1 } });
  });

  it.each([
    [{ unlabeled: ['a text'] }, 'ARGUMENT_INVALID', /unlabeled\[0\] expected a sentence \{ words \}/],
    [{ unlabeled: [{ words: ['a', 1] }] }, 'ARGUMENT_INVALID', /unlabeled\[0\]\.words\[1\] expected a word/],
    [{ teacher: undefined, unlabeled: [] }, 'ARGUMENT_INVALID', /^unlabeled: expected a teacher too, got none/],
  ])('refuses %j', async (more, code, message) => {
    const refused = fit('refused', { teacher, ...more } as unknown as Partial<TokenFitOptions>);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(place('refused'))).toBe(false);
  });

  it('refuses a teacher of other tags', async () => {
    const renamed = (part: typeof data.train) =>
      part.map(({ words, tags }) => ({ words, tags: tags.map((tag) => tag.replace('PLACE', 'CITY')) }));
    const others = { train: renamed(data.train), test: renamed(data.test) };
    await expect(fit('refused', { data: others, teacher })).rejects.toMatchObject({
      code: 'TEACHER_LABELS',
      message: expect.stringMatching(/it lacks "B-CITY", and it also has "B-PLACE"/),
    });
  });
});

describe('words of sentences', () => {
  const sentences = toySentences(6, 4, 12);
  const labels = [...new Set(sentences.flatMap(({ tags }) => tags))].sort();
  const [small, large] = [40, 200].map((vocabSize) =>
    trainWordPiece(
      sentences.map(({ words }) => words.join(' ')),
      { vocabSize },
    ),
  );
  const notes: string[] = [];
  const onNote = (note: string) => void notes.push(note);
  // The teacher says of word w of sentence s: 100·s + w, in every column.
  const said = sentences.map(({ words }, s) =>
    Float32Array.from({ length: words.length * labels.length }, (_, i) => 100 * s + Math.floor(i / labels.length)),
  );

  it.each([
    ['whole sentences', large, 64],
    ['windows of pieces', small, 16],
  ])('are learned in the example that reads them: %s', (_, tokenizer, maxLength) => {
    const encoding = { tokenizer, labels, maxLength, stride: 4 };
    const tagged = tokenExamples(sentences, encoding);
    const taught = taughtWords(sentences, said, { labels, alpha: 0.5, labeled: 0, encoding, onNote });
    expect(taught.starts.length).toBe(tagged.sequences.length + 1);
    tagged.labels.forEach((own, example) => {
      const read = [...own].filter((label) => label >= 0);
      const rows = [...Array(read.length).keys()].map(
        (i) => taught.targets[(taught.starts[example] + i) * labels.length],
      );
      expect(taught.starts[example + 1] - taught.starts[example]).toBe(read.length);
      // By its word, each has the tag that the example learns.
      rows.forEach((value, i) => {
        const [sentence, word] = [Math.floor(value / 100), value % 100];
        expect(sentence).toBe(tagged.sentences[example]);
        expect(labels[read[i]]).toBe(sentences[sentence].tags[word]);
      });
    });
    expect(taught.targets.length / labels.length).toBe(sentences.length * 12);
  });

  it('without tags are read where those with tags are, and have none', () => {
    const encoding = { tokenizer: small, labels, maxLength: 16, stride: 4 };
    const tagged = tokenExamples(sentences, encoding);
    const untagged = untaggedExamples(sentences, encoding);
    expect(untagged.labels.map((own) => [...own].map((label) => label === -1))).toEqual(
      tagged.labels.map((own) => [...own].map((label) => label >= 0)),
    );
    const joined = joinedExamples(tagged, untagged, sentences.length);
    expect([...joined.sentences].at(-1)).toBe(2 * sentences.length - 1);
  });

  it('that a teacher does not read have their labels alone, and must not be most of them', () => {
    const encoding = { tokenizer: large, labels, maxLength: 64, stride: 4 };
    const unread = (words: number) =>
      said.map((own) => own.map((x, i) => (i < words * labels.length ? Number.NaN : x)));
    const options = { labels, alpha: 0.5, labeled: 6, encoding, onNote };
    notes.length = 0;
    expect(Number.isNaN(taughtWords(sentences, unread(2), options).targets[0])).toBe(true);
    expect(notes).toEqual([expect.stringMatching(/^12 of 72 words consist of characters/)]);
    expect(() => taughtWords(sentences, unread(7), options)).toThrow(
      expect.objectContaining({ code: 'TEACHER_WORDS' }),
    );
  });
});

it('differences of tags are those of F1 and accuracy, with an interval around them', () => {
  const sentences = toySentences(40, 5);
  const truth = sentences.map(({ tags }) => tags);
  const worse = truth.map((tags, i) => (i % 3 === 0 ? tags.map(() => 'O') : tags));
  const reading = { scheme: 'IOB2', mode: 'strict' } as const;
  const { f1, accuracy } = tagDifferences(sentences, [truth, worse], { reading, seed: 1 });
  expect(f1.estimate).toBeCloseTo(1 - entityReport(truth, worse, reading).micro.f1, 12);
  expect(f1.low).toBeLessThan(f1.estimate);
  expect(f1.high).toBeGreaterThan(f1.estimate);
  expect(f1.low).toBeGreaterThan(0);
  expect(accuracy.estimate).toBeCloseTo(1 - entityReport(truth, worse, reading).accuracy, 12);
});
