import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { classificationReport, multiLabelReport } from '@attune/metrics';
import { packSequences } from '@attune/models';
import { loadModel, openSafetensors } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fieldTexts, tinyConfig } from '../../../test/tiny';
import { argMaxRows } from '../../tasks/logits';
import { singleLabel } from '../../tasks/sequence/single-label';
import { fitSequenceClassifier } from './fit';
import { loadAnyPredictor, loadPredictor } from './load';
import type { FitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-decided-'));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (...path: string[]) => join(directory, ...path);
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8'));

/** Two texts of three are of one class, and a fifth of the labels are another's: macro-F1 and accuracy want different answers. */
function unequal(count: number, seed: number) {
  const { texts, labels } = fieldTexts(3 * count, seed);
  const kept = texts.map((_, i) => i).filter((i) => labels[i] === 'farm' || i % 9 === 1 || i % 7 === 2);
  const noisy = kept.map((i, k) => (k % 5 === 0 ? labels[(i + 1) % 3] : labels[i]));
  return { texts: kept.map((i) => texts[i]), labels: noisy };
}

const data = { train: unequal(60, 1), validation: unequal(40, 2), test: unequal(40, 3) };
const tuned = { tuneThreshold: true, calibrate: true };
const args = { learningRate: 3e-3, numTrainEpochs: 3, maxLength: 32, saveSteps: 5 };
const fit = (out: string, more: Partial<FitOptions> = {}) =>
  fitSequenceClassifier({
    ...{ data, model: 'new', newConfig: tinyConfig, arguments: args, engine, baseline: 'none', out: at(out) },
    ...tuned,
    ...more,
  });

it('keeps the scores where the model is right about the whole validation part', async () => {
  const easy = fieldTexts(60, 1);
  const few = { texts: easy.texts.slice(0, 6), labels: easy.labels.slice(0, 6) };
  const notes: string[] = [];
  const { summary } = await fit('right', {
    data: { train: easy, validation: few },
    tuneThreshold: false,
    arguments: { ...args, numTrainEpochs: 8 },
    onNote: (note) => notes.push(note),
  });
  expect([summary.accuracy, summary.decision?.temperature]).toEqual([1, 1]);
  expect(notes).toContainEqual(
    expect.stringMatching(/^no temperature fits the validation part better than all others/),
  );
});

/** The logits of a model directory's own files, without anything of what Attune tunes. */
async function logitsOf(model: string, texts: readonly string[]): Promise<Float32Array> {
  const loaded = await loadModel(model);
  const tokenizer = await loadTokenizer(model);
  const { ids, starts } = tokenizer.encodeBatch([...texts], { truncation: { maxLength: 32 } });
  const sequences = texts.map((_, i) => ({ ids: ids.subarray(starts[i], starts[i + 1]) }));
  const batch = packSequences(sequences, { rowLength: 32 });
  const { logits } = await engine.compile(loaded.model.program).run({ ...batch }, loaded.parameters);
  return (logits.data as Float32Array).slice(0, texts.length * loaded.model.config.labels.length);
}

async function classifierIn(file: string) {
  const weights = await openSafetensors(file);
  const name = [...weights.tensors.keys()].find((key) => key.endsWith('classifier.bias') && !key.includes('pre_'))!;
  const { data: bias } = await weights.read(name);
  await weights.close();
  return [...(bias as Float32Array)];
}

const figures = ({ accuracy, macro }: ReturnType<typeof classificationReport>) => ({ accuracy, macroF1: macro.f1 });

describe('one label a text, tuned and calibrated', () => {
  it('reaches its figures by the published weights alone, and no predictor applies anything twice', async () => {
    const { summary, test, untuned, labels } = await fit('one', { keepCheckpoints: true });
    const { decision } = summary;
    expect(decision).toMatchObject({ applied: true, temperature: expect.any(Number) });
    expect(Object.values(decision!.offsets!).some((offset) => Math.abs(offset) > 0.01)).toBe(true);
    const logits = await logitsOf(at('one', 'model'), data.test.texts);
    const truth = data.test.labels.map((label) => labels.indexOf(label));
    const classes = argMaxRows(logits, labels.length);
    expect(summary).toMatchObject(figures(classificationReport(truth, classes)));
    expect(test.yPred).toEqual(classes);
    expect(untuned!.yPred).not.toEqual(classes);
    expect(summary.untuned).toEqual(figures(classificationReport(truth, untuned!.yPred)));

    const predictor = await loadPredictor(at('one'), { engine });
    const predictions = await predictor.predict(data.test.texts);
    expect(predictions.map(({ label }) => labels.indexOf(label))).toEqual([...classes]);
    const shares = singleLabel.scores(logits, labels.length);
    for (const [i, { score, scores }] of predictions.entries()) {
      expect(score).toBeCloseTo(shares[i * labels.length + classes[i]], 5);
      expect(score).toBe(Math.max(...Object.values(scores)));
    }
    const small = await loadPredictor(at('one'), { engine, precision: 'int8' });
    const inEightBits = (await small.predict(data.test.texts)).map(({ label }) => labels.indexOf(label));
    expect(inEightBits.filter((label, i) => label === classes[i]).length / classes.length).toBeGreaterThan(0.9);
    const measured = await predictor.evaluate(data.test.texts, truth);
    const { calibrated, uncalibrated, accuracy } = singleLabel.evaluate({
      ...{ truth: data.test.labels, labels, decision: predictor.decision },
      ...measured,
    }) as unknown as Record<string, { logLoss: number }>;
    expect(accuracy).toBe(summary.accuracy);
    expect(calibrated.logLoss).not.toBeCloseTo(uncalibrated.logLoss, 4);
  });

  it('says so beside the model, and adds what a user decides on top', async () => {
    const { decision, summary } = json('one', 'model', 'attune.json');
    expect(decision).toMatchObject({ applied: true, how: expect.stringContaining('nothing to apply') });
    expect(decision.figures).toEqual({
      published: { accuracy: summary.accuracy, macroF1: summary.macroF1 },
      untuned: summary.untuned,
    });
    expect(json('one', 'model', 'config.json').attune_decision).toBeUndefined();
    const farm = await loadPredictor(at('one'), { engine, decision: { offsets: { farm: 100 } } });
    expect(new Set((await farm.predict(data.test.texts)).map(({ label }) => label))).toEqual(new Set(['farm']));
  });

  it('keeps its checkpoints as trained: resumed after its end, it comes to the same model and not a further shift', async () => {
    const model = at('one', 'model', 'model.safetensors');
    const before = readFileSync(model);
    const { temperature, offsets } = json('one', 'summary.json').decision;
    const summary = json('one', 'summary.json');
    await fit('one', { resume: true });
    expect(readFileSync(model).equals(before)).toBe(true);
    expect(json('one', 'summary.json')).toMatchObject({ decision: { temperature, offsets }, untuned: summary.untuned });
  });

  it('of a run that an earlier version began stays beside the model, and is applied by predictors', async () => {
    await fit('former', { keepCheckpoints: true });
    const config = json('former', 'config.json');
    expect(config.tunedModel).toBe(true);
    const folded = await classifierIn(at('former', 'model', 'model.safetensors'));
    const { tunedModel: _, ...former } = config;
    writeFileSync(at('former', 'config.json'), JSON.stringify(former));
    const { summary, test, labels } = await fit('former', { resume: true });
    expect(summary.decision?.applied).toBeUndefined();
    expect(await classifierIn(at('former', 'model', 'model.safetensors'))).not.toEqual(folded);
    const predictor = await loadPredictor(at('former'), { engine });
    const predicted = (await predictor.predict(data.test.texts)).map(({ label }) => labels.indexOf(label));
    expect(predicted).toEqual([...test.yPred]);
    const { published, tuned: own } = json('former', 'model', 'attune.json').decision.figures;
    expect(own).toEqual({ accuracy: summary.accuracy, macroF1: summary.macroF1 });
    const truth = data.test.labels.map((label) => labels.indexOf(label));
    const classes = argMaxRows(await logitsOf(at('former', 'model'), data.test.texts), labels.length);
    expect(published).toEqual(figures(classificationReport(truth, classes)));
  });
});

describe('with adapters', () => {
  const lora = { r: 2, alpha: 4, targetModules: ['q_lin', 'v_lin'] };
  const onBase = (out: string, more: Partial<FitOptions>) =>
    fit(out, { model: at('one', 'model'), newConfig: undefined, lora, ...more });

  it('model and adapter both have the shifted head', async () => {
    const { summary } = await onBase('merged', {});
    expect(summary.decision?.applied).toBe(true);
    const [whole, adapter] = [
      at('merged', 'model', 'model.safetensors'),
      at('merged', 'adapter', 'adapter_model.safetensors'),
    ];
    expect(await classifierIn(adapter)).toEqual(await classifierIn(whole));
  });

  it('a merged model has it though the adapter does not save the head, which is said', async () => {
    const notes: string[] = [];
    const own = { ...lora, modulesToSave: ['pre_classifier'], targetModules: ['q_lin', 'classifier'] };
    const { summary, test } = await onBase('apart', { lora: own, onNote: (note) => void notes.push(note) });
    expect(summary.decision?.applied).toBe(true);
    expect(notes.join('\n')).toContain('adapter/ alone lacks them, since it does not save that layer');
    const logits = await logitsOf(at('apart', 'model'), data.test.texts);
    expect(argMaxRows(logits, 3)).toEqual(test.yPred);
  });

  it('beside a quantized base the head that is saved has it, and is applied once', async () => {
    const { summary, test, labels } = await onBase('beside', { quantize: 'nf4' });
    expect(summary.decision?.applied).toBe(true);
    const predictor = await loadPredictor(at('beside'), { engine });
    const predicted = (await predictor.predict(data.test.texts)).map(({ label }) => labels.indexOf(label));
    expect(predicted).toEqual([...test.yPred]);
  });

  it('without the head among what is saved it stays a record, and the figures are those without', async () => {
    const notes: string[] = [];
    const own = { ...lora, modulesToSave: ['pre_classifier'] };
    const onNote = (note: string) => void notes.push(note);
    const { summary, test, tuned, labels } = await onBase('record', { quantize: 'nf4', lora: own, onNote });
    expect(summary.decision?.applied).toBeUndefined();
    expect(notes.join('\n')).toMatch(/are a record with the model, not in its weights/);
    const predictor = await loadPredictor(at('record'), { engine });
    const predicted = (await predictor.predict(data.test.texts)).map(({ label }) => labels.indexOf(label));
    expect(predicted).toEqual([...tuned!.yPred]);
    const plain = await loadPredictor(at('record'), { engine, decision: { offsets: {}, temperature: 1 } });
    const alone = (await plain.predict(data.test.texts)).map(({ label }) => labels.indexOf(label));
    expect(alone).toEqual([...test.yPred]);
    const { decision } = json('record', 'adapter', 'attune.json');
    expect(decision).toMatchObject({
      applied: false,
      how: 'the label of the highest logit / temperature + offset',
      figures: { published: { accuracy: summary.accuracy }, tuned: summary.tuned },
    });
  });
});

describe('several labels a text, tuned and calibrated', () => {
  const several = (count: number, seed: number) => {
    const { texts, labels } = unequal(count, seed);
    return { texts, labels: labels.map((label, i) => (i % 4 === 0 ? [label, 'rare'] : [label])) };
  };
  const sets = { train: several(60, 1), validation: several(40, 2), test: several(40, 3) };
  const many = (out: string, more: Partial<FitOptions<'multi_label_classification'>> = {}) =>
    fitSequenceClassifier({
      ...{ problemType: 'multi_label_classification' as const, data: sets, model: 'new', newConfig: tinyConfig },
      ...{ arguments: args, engine, baseline: 'none' as const, out: at(out), ...tuned, ...more },
    });

  it('leads with the figures at one half, which the files give; config.json and attune.json say the others and how', async () => {
    const { summary, labels, tuned: own } = await many('many');
    const logits = await logitsOf(at('many', 'model'), sets.test.texts);
    const truth = sets.test.labels.map((set) => labels.map((label) => Number(set.includes(label))));
    const rows = truth.map((_, i) => labels.map((_, k) => logits[i * labels.length + k]));
    const figuresOf = (predicted: number[][]) => {
      const { subsetAccuracy, micro, macro } = multiLabelReport(truth, predicted);
      return { accuracy: subsetAccuracy, microF1: micro.f1, macroF1: macro.f1 };
    };
    expect(summary).toMatchObject(figuresOf(rows.map((row) => row.map((x) => Number(x >= 0)))));
    for (const file of ['attune.json', 'config.json']) {
      const content = json('many', 'model', file);
      const { temperature, threshold, applied, how, figures } = content.decision ?? content.attune_decision;
      expect(how).toBe("a text has each label whose sigmoid(logit / temperature) is at least the label's threshold");
      const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
      const by = rows.map((row) => row.map((x, k) => Number(sigmoid(x / temperature) >= threshold[labels[k]])));
      expect(by).toEqual(own!.yPred);
      expect(figures.tuned).toEqual(figuresOf(by));
      expect(figures.tuned).not.toEqual(figures.published);
      expect([applied, figures.published.macroF1]).toEqual([false, summary.macroF1]);
    }
    const predictor = await loadAnyPredictor(at('many'), { engine });
    if (predictor.problemType !== 'multi_label_classification') throw new Error(predictor.problemType);
    const predictions = await predictor.predict(sets.test.texts);
    expect(predictions.map((each) => labels.map((label) => Number(each.labels.includes(label))))).toEqual(own!.yPred);
  });

  it('are of the model that they were tuned for, not of what is trained from it', async () => {
    const more = { model: at('many', 'model'), newConfig: undefined, tuneThreshold: false, calibrate: false };
    await many('further', more);
    expect(json('further', 'model', 'config.json').attune_decision).toBeUndefined();
  });
});

describe('a run that is stopped while it is tuned', () => {
  /** Aborted once training has ended, when the signal is held again. */
  const atTuning = () => {
    const controller = new AbortController();
    let holds = 0;
    const hold = () => {
      if (++holds === 2) controller.abort(new Error('enough'));
      return () => {};
    };
    return Object.assign(controller.signal, { hold });
  };

  it.each([
    { tuneThreshold: true, calibrate: false },
    { tuneThreshold: false, calibrate: true },
  ])('goes on from a checkpoint of the trained model, which one that ended does not keep: %o', async (tuning) => {
    const once = { ...tuning, arguments: { ...args, saveSteps: undefined, saveStrategy: 'no' as const } };
    const whole = await fit('unstopped', { ...once, overwrite: true });
    expect(existsSync(at('unstopped', 'checkpoints'))).toBe(false);
    await expect(fit('stopped', { ...once, overwrite: true, signal: atTuning() })).rejects.toThrow('enough');
    expect([existsSync(at('stopped', 'model')), readdirSync(at('stopped', 'checkpoints'))]).toEqual([
      false,
      [`step-${whole.summary.steps}`],
    ]);
    const resumed = await fit('stopped', { ...once, resume: true });
    expect(resumed.summary.decision).toEqual(whole.summary.decision);
    expect(resumed.test).toEqual(whole.test);
  });

  it('ends in the middle of several labels, too', async () => {
    const several = (part: typeof data.train) => ({ ...part, labels: part.labels.map((label) => [label]) });
    const parts = { train: several(data.train), validation: several(data.validation) };
    const problemType = 'multi_label_classification' as const;
    const settings = { model: 'new', newConfig: tinyConfig, arguments: { ...args, numTrainEpochs: 1 }, engine };
    const stopped = (tuning: object) =>
      fitSequenceClassifier({
        ...{ ...settings, ...tuning, problemType, data: parts, baseline: 'none', overwrite: true },
        ...{ out: at('several-stopped'), signal: atTuning() },
      });
    for (const tuning of [{ tuneThreshold: true }, { calibrate: true }])
      await expect(stopped(tuning)).rejects.toThrow('enough');
  });
});
