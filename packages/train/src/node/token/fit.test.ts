import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { entityReport } from '@attune/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatedLast } from '../../../test/evaluated-last';
import { tinyConfig } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import type { EvaluationEvent, TrainEvent } from '../../loop/events';
import { fitTokenClassifier, type TokenFitResult } from './fit';
import { loadTagger } from './load';
import type { TokenFitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-token-'));
afterAll(() => rmSync(directory, { recursive: true }));

const data = { train: toySentences(160, 1), validation: toySentences(30, 2), test: toySentences(40, 3) };
const json = (...path: string[]) => JSON.parse(readFileSync(join(directory, ...path), 'utf8'));
const fit = (out: string, more: Partial<TokenFitOptions> = {}) =>
  fitTokenClassifier({
    data,
    model: 'new',
    newConfig: tinyConfig,
    arguments: { learningRate: 1e-2, numTrainEpochs: 6, maxLength: 32 },
    engine,
    out: join(directory, out),
    ...more,
  });

describe('a run of token classification', () => {
  let result: TokenFitResult;
  const events: TrainEvent[] = [];
  beforeAll(async () => {
    result = await fit('run', { onEvent: (event) => events.push(event) });
  }, 60_000);

  it('learns, and measures by entities', () => {
    const { summary, labels, test } = result;
    expect(labels).toEqual(['O', 'B-PLACE', 'B-SKILL', 'I-SKILL']);
    expect(summary.f1).toBeGreaterThan(0.9);
    const truth = test.sentences.map(({ tags }) => tags);
    const report = entityReport(
      truth,
      test.predicted.map(({ tags }) => tags),
    );
    const { precision, recall, f1 } = report.micro;
    expect(json('run', 'summary.json')).toMatchObject({
      ...{ precision, recall, f1, accuracy: report.accuracy, perEntity: report.perEntity },
      ...{ scheme: 'IOB2', mode: 'strict', trainExamples: 160, testExamples: 40, evaluatedOn: 'test', epochs: 6 },
    });
    expect(summary.loss).toBeLessThan(0.3);
  });

  it('counts the sentences of the test as they are tagged', () => {
    expect(evaluatedLast(events)).toEqual([40]);
  });

  it('chooses the best epoch by F1, and logs it with training accuracy', () => {
    const evaluations = result.history.filter(({ type }) => type === 'eval') as EvaluationEvent[];
    const scores = evaluations.map(({ f1 }) => f1 as number);
    expect(result.summary.bestEpoch).toBe(1 + scores.indexOf(Math.max(...scores)));
    expect(evaluations.at(-1)!.trainAccuracy).toBeGreaterThan(evaluations[0].trainAccuracy!);
    expect(evaluations.at(-1)!.trainAccuracy).toBeLessThanOrEqual(1);
    expect(json('run', 'config.json')).toMatchObject({
      ...{ task: 'token-classification', scheme: 'IOB2', mode: 'strict', decoding: 'argmax', stride: 8 },
      arguments: { metricForBestModel: 'f1' },
    });
    expect(json('run', 'model', 'config.json').architectures).toEqual(['DistilBertForTokenClassification']);
    expect(json('run', 'model', 'config.json').id2label).toEqual({ 0: 'O', 1: 'B-PLACE', 2: 'B-SKILL', 3: 'I-SKILL' });
  });

  it('tags texts with offsets in UTF-16 units, on every engine alike', async () => {
    const text = '😀 We need Java script and SQL in Oslo';
    const [onnx, cpu] = await Promise.all(
      [engine, openCpuEngine()].map(async (own) => {
        const tagger = await loadTagger(join(directory, 'run'), { engine: own });
        const tagged = await tagger.tag([text, '', text]);
        await tagger.close();
        return tagged;
      }),
    );
    expect(onnx[0].map(({ label, start, end, text: piece }) => [label, start, end, piece])).toEqual([
      ['SKILL', 11, 22, 'Java script'],
      ['SKILL', 27, 30, 'SQL'],
      ['PLACE', 34, 38, 'Oslo'],
    ]);
    for (const { start, end, text: piece } of onnx[0]) expect(text.slice(start, end)).toBe(piece);
    expect([onnx[1], onnx[2]]).toEqual([[], onnx[0]]);
    cpu[0].forEach(({ score, ...rest }, i) => {
      expect(rest).toEqual({ ...onnx[0][i], score: undefined, ...rest });
      expect(score).toBeCloseTo(onnx[0][i].score, 4);
    });
  });

  it('evaluates to what the summary says, from the run and from a copy of its model', async () => {
    for (const source of ['run', 'run/model']) {
      const tagger = await loadTagger(join(directory, source), { engine });
      const { predicted, loss, ...metrics } = await tagger.evaluate(data.test);
      await tagger.close();
      expect(result.summary).toMatchObject(metrics);
      expect(loss).toBeCloseTo(result.summary.loss, 5);
      expect(predicted).toHaveLength(40);
    }
  });

  it('tags every word of a long text, as without windows where one holds it all', async () => {
    const [long] = toySentences(1, 9, 100); // more than the 62 tokens that fit
    const tagger = await loadTagger(join(directory, 'run'), { engine, maxLength: 64, stride: 16 });
    const [{ tags, scores }] = await tagger.tagWords([long.words]);
    expect([tags.length, scores.length]).toEqual([100, 100]);
    expect(tags.filter((tag, i) => tag === long.tags[i]).length).toBeGreaterThan(90);
    const short = toySentences(5, 10, 9);
    const asOne = await tagger.tagWords(short.map(({ words }) => words));
    await tagger.close();
    const small = await loadTagger(join(directory, 'run'), { engine, maxLength: 40, stride: 3 });
    const other = await small.tagWords(short.map(({ words }) => words));
    await small.close();
    expect(other.map((own) => own.tags)).toEqual(asOne.map((own) => own.tags));
    other.forEach((own, i) => own.scores.forEach((score, j) => expect(score).toBeCloseTo(asOne[i].scores[j], 5)));
  });

  it('gives a word that the tokenizer drops a tag too', async () => {
    const tagger = await loadTagger(join(directory, 'run'), { engine, decoding: 'constrained' });
    const [{ tags, scores }] = await tagger.tagWords([['java', '\u200d', 'script']]);
    await tagger.close();
    expect([tags[1], scores[1], tags.length]).toEqual(['O', 1, 3]);
    expect(tags[2]).not.toBe('I-SKILL'); // which could not stand there
  });

  it('refuses another kind of model', async () => {
    await expect(loadTagger(join(directory, 'nowhere'), { engine })).rejects.toThrow('expected a model directory');
  });
});

describe('other runs', () => {
  it('go on from a checkpoint to the same bytes', async () => {
    const args = { learningRate: 5e-3, numTrainEpochs: 2, maxLength: 12, saveSteps: 4 };
    const parts = { ...data, train: toySentences(60, 1, 14) }; // in windows
    const notes: string[] = [];
    await fit('whole', { arguments: args, data: parts, onNote: (note) => notes.push(note) });
    expect(notes).toContain('60 training sentences exceed 12 tokens and are read in windows that share 3');
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 7) abort.abort(new Error('enough'));
    };
    await expect(fit('cut', { arguments: args, data: parts, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    await fit('cut', { arguments: args, data: parts, resume: true });
    const weights = (run: string) => readFileSync(join(directory, run, 'model', 'model.safetensors'));
    expect(weights('cut').equals(weights('whole'))).toBe(true);
  });

  it('of tags that stand for themselves are measured by accuracy', async () => {
    const parts = (tags: string[]) => [{ words: ['we', 'need', 'java'], tags }];
    const train = [...Array(30)].flatMap(() => parts(['PRON', 'VERB', 'NOUN']));
    const { summary, config } = await fit('none', {
      scheme: 'none',
      data: { train, validation: parts(['PRON', 'VERB', 'NOUN']) },
    });
    expect(summary).toMatchObject({ accuracy: 1, scheme: 'none', evaluatedOn: 'validation' });
    expect(summary).not.toHaveProperty('f1');
    expect(Object.keys(summary.perEntity)).toEqual(['NOUN', 'PRON', 'VERB']);
    expect(config.arguments).toMatchObject({ metricForBestModel: 'accuracy' });
    const tagger = await loadTagger(join(directory, 'none'), { engine });
    expect((await tagger.tag(['Java'])).flat().map(({ label }) => label)).toEqual(['NOUN']);
    await tagger.close();
  });

  it('have the labels of a list, and those that other parts add to types that training knows', async () => {
    const args = { arguments: { numTrainEpochs: 1, maxLength: 32 } };
    const single = data.train.map(({ tags, ...own }) => ({ ...own, tags: tags.map((tag) => tag.replace('I-', 'B-')) }));
    const notes: string[] = [];
    const joined = await fit('joined', {
      ...args,
      data: { train: single, validation: data.validation },
      onNote: (note) => notes.push(note),
    });
    expect(joined.labels).toEqual(['O', 'B-PLACE', 'B-SKILL', 'I-SKILL']);
    expect(notes).toContainEqual(expect.stringMatching(/^labels I-SKILL added/));
    const labelList = ['B-SKILL', 'I-SKILL', 'B-PLACE', 'O', 'B-MORE'];
    expect((await fit('listed', { ...args, labelList })).labels).toEqual(labelList);
    await expect(fit('refused', { ...args, labelList: labelList.slice(1) })).rejects.toThrow(
      /training data, line \d+: expected one of the label list's 4 tags.*got "B-SKILL"/,
    );
    await expect(fit('refused', { ...args, labelList: ['O', 'O'] })).rejects.toThrow(
      'labelList: expected at least two',
    );
  });

  it('are noted once where training has entities of both kinds', async () => {
    const stray = [{ words: ['a', 'java'], tags: ['O', 'I-SKILL'] }, ...data.train];
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const args = { arguments: { numTrainEpochs: 1, maxLength: 32 }, onNote };
    await fit('stray', { ...args, data: { ...data, train: stray } });
    expect(notes.filter((note) => /^training data: entities that begin with I-: 1, and/.test(note))).toHaveLength(1);
    notes.length = 0;
    await fit('checked', { ...args, data: { ...data, train: stray, areChecked: true } });
    expect(notes.filter((note) => note.includes('I-'))).toEqual([]);
  });

  it.each<[string, Partial<TokenFitOptions>, RegExp]>([
    [
      'tags of IOB1',
      {
        data: {
          ...data,
          train: data.train.map(({ tags, ...own }) => ({ ...own, tags: tags.map((t) => t.replace('B-', 'I-')) })),
        },
      },
      /training data: expected entities of IOB2, got those of IOB1.*--scheme IOB1/,
    ],
    [
      'a tag that training lacks',
      { data: { ...data, test: [{ words: ['a', 'b'], tags: ['O', 'B-SKIL'], line: 5 }] } },
      /test data, line 6: expected one of the training part's 4 tags.*got "B-SKIL"; did you mean "B-SKILL"/,
    ],
    ['one tag', { data: { ...data, train: [{ words: ['a'], tags: ['O'] }] } }, /at least two tags, all words are "O"/],
    ['no sentence', { data: { ...data, train: [] } }, /expected sentences of tagged words, got none/],
    [
      'tags of another scheme',
      {
        scheme: 'BILOU',
        data: {
          ...data,
          train: [{ words: ['a', 'b'], tags: ['O', 'E-X'] }],
          validation: undefined,
          test: [{ words: ['a'], tags: ['O'] }],
        },
      },
      /expected tags of BILOU, got "E-X"/,
    ],
    [
      'class weights',
      { arguments: { classWeights: 'balanced' } },
      /classWeights: expected a task that uses it, got token classification/,
    ],
    ['too long a stride', { arguments: { maxLength: 8 }, stride: 6 }, /stride: expected an integer from 0 to 5/],
    [
      'constraints without rules',
      { scheme: 'IOB1', decoding: 'constrained' },
      /decoding: expected argmax for the scheme IOB1/,
    ],
  ])('refuse %s before anything is written', async (_, more, message) => {
    await expect(fit('refused', more)).rejects.toThrow(message);
    expect(() => readFileSync(join(directory, 'refused', 'config.json'))).toThrow();
  });
});
