import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import type { ProblemType } from '@attune/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../../test/tiny';
import { fitSequenceClassifier } from '../sequence/fit';
import { loadPredictor } from '../sequence/load';
import type { FitOptions } from '../sequence/options';
import { askedTexts, openTextTeacher, teachingTexts } from './sequence';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-distill-'));
afterAll(() => rmSync(directory, { recursive: true }));
const place = (...names: string[]) => join(directory, ...names);
const weights = (run: string) => readFileSync(place(run, 'model', 'model.safetensors'));

const data = { train: fieldTexts(90, 1), validation: fieldTexts(30, 2), test: fieldTexts(30, 3) };
const few = { ...data, train: fieldTexts(12, 1) };
const unlabeled = { texts: fieldTexts(150, 9).texts };
const args = { learningRate: 5e-3, numTrainEpochs: 12, maxLength: 32 };
const deep = { ...tinyConfig, n_layers: 3 };

function fit<P extends ProblemType = 'single_label_classification'>(
  out: string,
  more: Partial<FitOptions<P>> = {},
): ReturnType<typeof fitSequenceClassifier<P>> {
  const usual = { data, model: 'new', newConfig: tinyConfig, arguments: args, engine, baseline: 'none' };
  return fitSequenceClassifier<P>({ ...usual, out: place(out), ...more } as FitOptions<P>);
}

const cached = () =>
  readdirSync(place('teacher-outputs')).flatMap((name) => readdirSync(place('teacher-outputs', name)));

describe('a student of texts', () => {
  const teacher = place('teacher');
  beforeAll(() => fit('teacher', { newConfig: deep }).then(() => {}));

  it('with a teacher of no share is the run without one, to the bit', async () => {
    const without = await fit('alone', { arguments: { ...args, numTrainEpochs: 2 } });
    const none = await fit('no-share', { arguments: { ...args, numTrainEpochs: 2 }, teacher, distillAlpha: 0 });
    expect(weights('no-share').equals(weights('alone'))).toBe(true);
    expect(none.summary).toMatchObject({ accuracy: without.summary.accuracy, loss: without.summary.loss });
    expect(none.summary.sideBySide?.map(({ role }) => role)).toEqual(['student', 'teacher']);
    const some = await fit('some-share', { arguments: { ...args, numTrainEpochs: 2 }, teacher, distillAlpha: 0.1 });
    expect(weights('some-share').equals(weights('alone'))).toBe(false);
    expect(some.config.distillation).toMatchObject({ alpha: 0.1, temperature: 2, unlabeledExamples: 0 });
  });

  it('learns from texts without labels what the teacher says of them', async () => {
    const fewAlone = await fit('few', { data: few, teacher, distillAlpha: 0 });
    const taught = await fit('few-taught', { data: few, teacher, unlabeled });
    expect(taught.summary.accuracy).toBeGreaterThan(fewAlone.summary.accuracy + 0.05);
    expect(taught.summary.trainExamples).toBe(12);
    expect(taught.summary.distillation).toMatchObject({ unlabeledExamples: 150 });
    const predictor = await loadPredictor(teacher);
    const { length } = (await predictor.predict(data.test.texts)).filter(
      ({ label }, i) => label === data.test.labels[i],
    );
    await predictor.close();
    const [student, own] = taught.summary.sideBySide!;
    expect(own.metrics.accuracy).toBe(length / 30);
    expect(own.parameters).toBeGreaterThan(student.parameters);
    expect(student.parameters).toBe(taught.summary.parameters);
    expect(own.textsPerSecond).toBeGreaterThan(0);
    expect(own.difference?.accuracy.estimate).toBeCloseTo(student.metrics.accuracy - own.metrics.accuracy, 12);
  });

  it('asks a teacher about each text once, whatever the run', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    const one = { arguments: { ...args, numTrainEpochs: 1 }, teacher, onNote };
    await fit('first', { ...one, teacherCache: place('kept') });
    expect(notes.filter((note) => note.includes('computes the outputs of'))).toHaveLength(2); // training texts, reported ones
    const before = weights('first');
    notes.length = 0;
    await fit('second', { ...one, teacherCache: place('kept') });
    expect(notes.filter((note) => note.includes('computes the outputs of'))).toEqual([]);
    expect(weights('second').equals(before)).toBe(true);

    const [folder] = readdirSync(place('kept'));
    const [name] = readdirSync(place('kept', folder));
    const bytes = readFileSync(place('kept', folder, name));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(place('kept', folder, name), bytes);
    await fit('third', { ...one, teacherCache: place('kept') });
    expect(notes).toContainEqual(expect.stringContaining('is damaged and skipped'));
    expect(notes.filter((note) => note.includes('computes the outputs of'))).toHaveLength(1);
    expect(weights('third').equals(before)).toBe(true);
  });

  it('is the same run whatever was cached before', async () => {
    const one = { arguments: { ...args, numTrainEpochs: 1 }, teacher, unlabeled };
    await fit('clean', { ...one, teacherCache: place('clean-cache') });
    const some = { train: fieldTexts(7, 1), validation: fieldTexts(5, 2) };
    const others = { texts: [...unlabeled.texts.slice(90), 'a vessel and an anchor'] };
    await fit('before', { ...one, data: some, unlabeled: others, teacherCache: place('used-cache') });
    await fit('after', { ...one, teacherCache: place('used-cache') });
    expect(weights('after').equals(weights('clean'))).toBe(true);
    rmSync(place('clean-cache'), { recursive: true });
    await fit('again', { ...one, teacherCache: place('clean-cache') });
    expect(weights('again').equals(weights('clean'))).toBe(true);
  });

  it('has outputs of a text that do not depend on other texts, to the bit', async () => {
    const wide = { ...tinyConfig, dim: 256, n_heads: 4, hidden_dim: 1024, n_layers: 2 };
    await fit('wide', { data: few, newConfig: wide, arguments: { ...args, numTrainEpochs: 1 } });
    const opening = { problemType: 'single_label_classification', pairs: false, onNote: () => {} } as const;
    const texts = [...new Set([...unlabeled.texts, ...data.train.texts.map((text) => `${text} and ${text}`)])];
    const odd = [...texts.keys()].filter((i) => i % 3 === 1).reverse();
    for (const own of [engine, { ...engine, runsExportedFiles: false }]) {
      const model = await openTextTeacher(place('wide'), { ...opening, engine: own });
      const all = await teachingTexts(model, texts);
      const some = await teachingTexts(
        model,
        odd.map((i) => texts[i]),
      );
      expect(some).toEqual(odd.map((i) => all[i]));
      const usual = await askedTexts(model, texts);
      all.forEach((row, i) => row.forEach((value, at) => expect(value).toBeCloseTo(usual[i][at], 4)));
      await model.logits.close();
    }
  });

  it('notes texts without labels that are cut, and names measured ones among them', async () => {
    const notes: string[] = [];
    const { summary } = await fit('leaky', {
      ...{ teacher, arguments: { ...args, numTrainEpochs: 1, maxLength: 8 }, leakyTeachers: [teacher] },
      unlabeled: { texts: ['wheat and corn '.repeat(20), ...data.test.texts.slice(0, 4)] },
      onNote: (note) => void notes.push(note),
    });
    expect(notes).toContainEqual('1 of 5 texts without labels reaches 8 tokens and is cut there');
    const { length } = data.test.texts.filter((text) => data.test.texts.slice(0, 4).includes(text));
    expect(notes).toContainEqual(expect.stringMatching(`^${length} of the measured texts are among the texts without`));
    expect(summary.distillation?.leaks).toEqual({ teachers: [teacher], unlabeled: length });
  });

  it('refuses a cache that takes no files before the teacher computes', async () => {
    writeFileSync(place('a-file'), '');
    const notes: string[] = [];
    await expect(
      fit('refused', { teacher, teacherCache: place('a-file'), onNote: (note) => void notes.push(note) }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_UNUSABLE',
      message: expect.stringMatching(/^teacherCache: expected a directory that takes files, got .*--teacher-cache/),
    });
    expect(notes.filter((note) => note.includes('computes the outputs of'))).toEqual([]);
  });

  it('refuses a teacher of single texts about pairs', async () => {
    const paired = (part: typeof data.train) => ({ ...part, pairs: part.texts.map(() => 'and more') });
    const pairs = { train: paired(data.train), validation: paired(data.validation) };
    for (const asked of [{ teacher }, { beside: [teacher] }])
      await expect(fit('refused', { data: pairs, ...asked })).rejects.toMatchObject({
        code: 'TEACHER_TASK',
        message: expect.stringMatching(/^(teacher|beside): expected a model of pairs of texts, .* on single texts/),
      });
  });

  it('is resumed to the bit, and with no other teacher', async () => {
    const more = { teacher, unlabeled, arguments: { ...args, numTrainEpochs: 3 } };
    await fit('whole', more);
    const enough = new AbortController();
    const stopped = fit('resumed', {
      ...more,
      signal: enough.signal,
      onEvent: ({ type, step }) => type === 'step' && step === 17 && enough.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const resume = true;
    const changed = { code: 'TEACHER_CHANGED' };
    await expect(fit('resumed', { ...more, resume, distillTemperature: 3 })).rejects.toMatchObject(changed);
    await expect(fit('resumed', { ...more, resume, distillAlpha: 0.9 })).rejects.toMatchObject(changed);
    const other = {
      code: 'TEACHER_CHANGED',
      message: expect.stringMatching(/^teacher: .*another model in .*some-share/),
    };
    await expect(fit('resumed', { ...more, teacher: place('some-share'), resume })).rejects.toMatchObject(other);
    cpSync(teacher, place('moved'), { recursive: true });
    await fit('resumed', { ...more, teacher: place('moved'), resume });
    expect(weights('resumed').equals(weights('whole'))).toBe(true);
    expect(cached().length).toBeGreaterThan(0);
  });

  it('averages teachers, and is shown beside each, all of them and another model', async () => {
    await fit('other', { newConfig: deep, arguments: { ...args, seed: 7 } });
    const one = { ...args, numTrainEpochs: 1 };
    const { summary } = await fit('pupil', {
      teacher: [teacher, place('other')],
      beside: [place('alone')],
      arguments: one,
    });
    expect(summary.sideBySide?.map(({ role, source }) => [role, source.split(', ').length])).toEqual([
      ['student', 1],
      ['teacher', 1],
      ['teacher', 1],
      ['teachers', 2],
      ['beside', 1],
    ]);
  });

  it('notes that it keeps layers of another model than its teacher', async () => {
    await fit('deep', { newConfig: deep, data: few, arguments: { ...args, numTrainEpochs: 1 } });
    const notesOf = async (out: string, model: string) => {
      const notes: string[] = [];
      const onNote = (note: string) => void notes.push(note);
      const more = { model, newConfig: undefined, teacher, studentLayers: [0], data: few, onNote };
      await fit(out, { ...more, arguments: { ...args, numTrainEpochs: 1 } });
      return notes.filter((note) => note.includes('studentLayers'));
    };
    expect(await notesOf('of-another', place('deep'))).toEqual([
      `studentLayers keeps layers of ${place('deep')}, not of the teacher ${teacher}; to keep the teacher's layers, set model to ${teacher} (--model ${teacher})`,
    ]);
    expect(await notesOf('of-teacher', join(teacher, 'model'))).toEqual([]);
  });

  it('is some of the layers of its teacher, loaded and resumed as such', async () => {
    const more = { model: teacher, newConfig: undefined, teacher, studentLayers: [0, 2] };
    const { summary, config } = await fit('thin', { ...more, arguments: { ...args, numTrainEpochs: 2 } });
    expect(config).toMatchObject({ studentLayers: [0, 2], architecture: { layers: 2 } });
    expect(summary.accuracy).toBeGreaterThan(0.8);
    const saved = JSON.parse(readFileSync(place('thin', 'model', 'config.json'), 'utf8'));
    expect(saved.n_layers).toBe(2);
    const predictor = await loadPredictor(place('thin'));
    expect(predictor.config.layers).toBe(2);
    await predictor.close();
    const lora = { r: 4 };
    await fit('thin-lora', { ...more, lora, arguments: { ...args, numTrainEpochs: 1, learningRate: 1e-3 } });
    expect(existsSync(place('thin-lora', 'model', 'model.safetensors'))).toBe(true);
  });

  it.each([
    [{ teacher: undefined, distillAlpha: 0.5 }, 'ARGUMENT_INVALID', /^distillAlpha: expected a teacher too, got none/],
    [{ unlabeled, distillAlpha: 0 }, 'ARGUMENT_INVALID', /^unlabeled: expected distillAlpha above 0/],
    [{ unlabeled: { texts: ['a', 1] } }, 'ARGUMENT_INVALID', /unlabeled\.texts\[1\] expected a text/],
    [{ unlabeled: { texts: ['a'], pairs: ['b'] } }, 'ARGUMENT_INVALID', /unlabeled expected single texts/],
    [{ distillTemperature: 0 }, 'ARGUMENT_INVALID', /distillTemperature expected a number > 0, got 0/],
    [{ distillAlpha: 1.5 }, 'ARGUMENT_INVALID', /distillAlpha expected a number in \[0, 1\], got 1.5/],
    [{ teacher: 7 }, 'ARGUMENT_INVALID', /teacher expected a path or a name/],
    [{ studentLayers: [0, 1] }, 'MODEL_LAYERS', /^studentLayers: expected a trained model, got "new"/],
    [
      { model: teacher, newConfig: undefined, studentLayers: [1, 3] },
      'MODEL_LAYERS',
      /3 layers, 0 to 2, .* --student-layers 0,2$/,
    ],
    [
      { model: teacher, newConfig: undefined, studentLayers: [1], lora: { r: 2 }, mergeAdapter: false },
      'MODEL_LAYERS',
      /expected merged adapters/,
    ],
  ])('refuses %j', async (more, code, message) => {
    const refused = fit('refused', { teacher, ...more } as unknown as Partial<FitOptions>);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(place('refused'))).toBe(false);
  });

  it('refuses a teacher of other labels or another kind of problem, and overwrites none', async () => {
    const labels = data.train.labels.map((label) => (label === 'farm' ? 'field' : label));
    const other = { train: { ...data.train, labels }, validation: { ...data.train, labels } };
    await expect(fit('refused', { data: other, teacher })).rejects.toMatchObject({
      code: 'TEACHER_LABELS',
      message: expect.stringMatching(/it lacks "field", and it also has "farm"; train it on the same labels/),
    });
    const numbers = { ...data.train, labels: data.train.texts.map((_, i) => i) };
    const values = { train: numbers, validation: numbers };
    await expect(
      fit<'regression'>('refused', { problemType: 'regression', data: values, teacher }),
    ).rejects.toMatchObject({
      code: 'TEACHER_TASK',
      message: expect.stringMatching(/expected a model for regression, .* is one for single_label_classification/),
    });
    await fit<'regression'>('numbers', {
      problemType: 'regression',
      data: values,
      arguments: { ...args, numTrainEpochs: 1 },
    });
    await expect(fit('refused', { teacher: place('numbers') })).rejects.toMatchObject({ code: 'TEACHER_TASK' });
    await expect(fit('refused', { teacher: place('nowhere') })).rejects.toThrow(/^teacher: .*nowhere/);
    await expect(fit('refused', { beside: [place('nowhere')] })).rejects.toThrow(/^beside: .*nowhere/);
    await expect(fit('teacher', { teacher, overwrite: true })).rejects.toMatchObject({ code: 'OUTPUT_HOLDS_INPUT' });
  });

  it('takes the labels of a teacher that has more than its texts', async () => {
    const kept = [...data.train.labels.keys()].filter((i) => data.train.labels[i] !== 'ship');
    const pick = (values: readonly string[]) => kept.map((i) => values[i]);
    const train = { texts: pick(data.train.texts), labels: pick(data.train.labels) };
    const one = { ...args, numTrainEpochs: 1 };
    const { labels } = await fit('fewer', { data: { ...data, train }, teacher, arguments: one });
    expect(labels).toEqual(['bank', 'farm', 'ship']);
  });
});

describe('a student of several labels, or of a number', () => {
  it.each([
    ['multi_label_classification', data.train.labels.map((label) => (label === 'farm' ? [] : [label]))],
    ['regression', data.train.labels.map((label) => label.length + (label === 'farm' ? 1 : 0))],
  ] as const)('learns %s from texts without any', async (problemType, labels) => {
    const part = { texts: data.train.texts, labels };
    const own = { problemType, data: { train: part, validation: part } } as unknown as Partial<
      FitOptions<typeof problemType>
    >;
    const wide = { ...args, numTrainEpochs: 20 };
    await fit(`${problemType}-teacher`, { ...own, newConfig: deep, arguments: wide });
    const short = { texts: part.texts.slice(0, 6), labels: labels.slice(0, 6) };
    const little = { ...own, data: { train: short, validation: part } } as unknown as typeof own;
    const alone = await fit(`${problemType}-few`, { ...little, arguments: wide });
    const taught = await fit(`${problemType}-taught`, {
      ...little,
      teacher: place(`${problemType}-teacher`),
      unlabeled: { texts: part.texts },
      arguments: wide,
    });
    expect(taught.summary.loss).toBeLessThan(alone.summary.loss);
    const [student, teacherRow] = taught.summary.sideBySide!;
    const names = problemType === 'regression' ? ['mae', 'rmse', 'r2'] : ['accuracy', 'microF1', 'macroF1'];
    expect(Object.keys(teacherRow.difference!)).toEqual(names);
    for (const name of names)
      expect(teacherRow.difference![name].estimate).toBeCloseTo(student.metrics[name] - teacherRow.metrics[name], 10);
  });

  it('is compared at tuned thresholds, and with the baseline', async () => {
    const part = { texts: data.train.texts, labels: data.train.labels.map((label) => [label]) };
    const own = {
      ...{ problemType: 'multi_label_classification', data: { train: part, validation: part }, tuneThreshold: true },
      arguments: { ...args, numTrainEpochs: 4 },
    } as unknown as Partial<FitOptions<'multi_label_classification'>>;
    const large = await fit<'multi_label_classification'>('tuned-teacher', { ...own, newConfig: deep });
    const { summary } = await fit<'multi_label_classification'>('tuned-student', {
      ...own,
      ...{ teacher: place('tuned-teacher'), baseline: 'default' },
    });
    const [student, other] = summary.sideBySide!;
    expect(student.tuned).toEqual(summary.tuned);
    expect(other.tuned!.macroF1).toBeCloseTo(large.summary.tuned!.macroF1, 10);
    expect(other.tunedDifference!.macroF1.estimate).toBeCloseTo(student.tuned!.macroF1 - other.tuned!.macroF1, 10);
    expect(summary.baselineDifference!.microF1.estimate).toBeCloseTo(summary.microF1 - summary.baseline!.microF1, 10);
  });
});
