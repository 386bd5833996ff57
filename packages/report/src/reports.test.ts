import { classificationReport } from '@attune/metrics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawings, sampleData, sampleHistory, tableRows, visibleText } from '../test/sample';
import type { ReportData } from './kinds/single-label-data';
import { renderModelCard, renderReport } from './reports';

describe('renderReport', () => {
  const sure = (estimate: number) => ({ estimate, low: estimate - 0.01, high: estimate + 0.01 });
  const withDifference = (accuracy: number, macroF1: number, baseline = sampleData().summary.baseline) => {
    const difference = { accuracy: sure(accuracy), macroF1: sure(macroF1) };
    return sampleData({ summary: { ...sampleData().summary, baseline, difference } });
  };
  const page = renderReport(withDifference(0.1667, 0.1667));
  const text = visibleText(page);

  it('puts the model beside the baseline', () => {
    expect(text).toContain('Accuracy 66.7% +16.7 points Model 66.7% TF-IDF + logistic regression 50.0%');
    expect(text).toContain('Macro-F1 65.6% +16.7 points Model 65.6% TF-IDF + logistic regression 48.9%');
    expect(text).toContain('The model is ahead of the baseline: +16.7 points of accuracy, +16.7 of macro-F1.');
    expect(text).toContain('Only the model is right on 2 texts, only the baseline on 1, neither on 1.');
  });

  it('says how sure the difference is, and what both are worth together', () => {
    const { summary } = sampleData();
    const macroF1 = { estimate: 0.1667, low: 0.05, high: 0.25 };
    const difference = { accuracy: { estimate: 0.1667, low: -0.02, high: 0.3 }, macroF1 };
    const mix = { accuracy: 0.9, macroF1: 0.85, modelWeight: 0.65, difference };
    const text = visibleText(renderReport(sampleData({ summary: { ...summary, difference, mix } })));
    const ranges = 'is −2.0 to +30.0 points of accuracy and +5.0 to +25.0 of macro-F1';
    expect(text).toContain(`With 95% confidence the difference, model minus baseline, ${ranges}`);
    expect(text).toContain(`macro-F1 85.0%; mix minus baseline ${ranges}`);
    expect(text).not.toContain('ahead by');
    expect(text).toContain('+16.7 points, no difference shown');
    expect(text).toContain('A mix of 65% model and the rest baseline has accuracy 90.0%, macro-F1 85.0%');
  });

  it('says so when the baseline is ahead, or neither is', () => {
    const ahead = withDifference(-0.0333, -0.0444, { accuracy: 0.7, macroF1: 0.7 });
    expect(visibleText(renderReport(ahead))).toContain(
      'The baseline is ahead of the model: −3.3 points of accuracy, −4.4 of macro-F1.',
    );
    const split = withDifference(-0.0333, 0.0556, { accuracy: 0.7, macroF1: 0.6 });
    expect(visibleText(renderReport(split))).toContain(
      'The model is ahead of the baseline: +5.6 points of macro-F1. The baseline is ahead of the model: −3.3 points of accuracy.',
    );
  });

  it('claims no difference where 0 lies within its interval', () => {
    const open = (low: number, high: number) => ({ estimate: 0.04, low, high });
    const shown = (accuracy: ReturnType<typeof open>, macroF1: ReturnType<typeof open>) =>
      renderReport(sampleData({ summary: { ...sampleData().summary, difference: { accuracy, macroF1 } } }));
    expect(visibleText(shown(open(-0.01, 0.09), open(0, 0.1)))).toContain(
      'No difference from the baseline is shown: +4.0 points of accuracy, +4.0 of macro-F1 for the model, and 0 lies within every interval.',
    );
    const half = shown(open(0.01, 0.09), open(-0.02, 0.1));
    expect(visibleText(half)).toContain(
      'The model is ahead of the baseline: +4.0 points of accuracy. No difference is shown in the other metrics: +4.0 points of macro-F1.',
    );
    expect(half.match(/class="change up"/g)).toHaveLength(1);
    expect(half.match(/class="change"/g)).toHaveLength(1);
  });

  it('measures the difference itself where the run has none, and says so where it cannot', () => {
    expect(visibleText(renderReport(sampleData()))).toContain('No difference from the baseline is shown: +16.7 points');
    expect(visibleText(renderReport(sampleData({ baseline: undefined })))).toContain(
      'No interval was measured for the difference to the baseline.',
    );
  });

  it('gives an interval with accuracy and macro-F1', () => {
    const [accuracy, macroF1] = [...text.matchAll(/95% interval ([\d.]+)% to ([\d.]+)%/g)].map(([, low, high]) => [
      Number(low),
      Number(high),
    ]);
    expect(accuracy[0]).toBeGreaterThanOrEqual(16.6); // 4 of 6: from 1 or 2 to all
    expect(accuracy[0]).toBeLessThanOrEqual(33.4);
    expect(accuracy[1]).toBe(100);
    expect(macroF1[0]).toBeLessThan(66);
    expect(macroF1[1]).toBe(100);
  });

  it('marks the best of several evaluations', () => {
    const { summary } = sampleData();
    const marked = renderReport(sampleData({ summary: { ...summary, bestEpoch: 1, bestStep: 10 } }));
    expect(tableRows(marked, 'training')[1][0]).toBe('best 1');
    expect(visibleText(marked)).toContain('The model of the best evaluation, epoch 1, step 10, is kept.');
    expect(drawings(marked, 'training').match(/>best</g)).toHaveLength(3); // losses, scores, the table
    expect(visibleText(page)).not.toContain('best');
  });

  it('says where an error stands, how many texts a class was learned from, and how many were cut', () => {
    const data = sampleData({
      trainCounts: [400, 30, 5],
      cut: { train: 12, test: 1, maxLength: 128 },
      test: { ...sampleData().test, lines: [2, 3, 5, 8, 13, 21], file: 'sectors.csv' },
    });
    const rich = renderReport(data);
    expect(tableRows(rich, 'errors')[1][0]).toBe('line 21 gold milling');
    expect(visibleText(rich)).toContain('Lines are those of sectors.csv, counted from 1.');
    expect(tableRows(rich, 'classes').map((row) => row.at(-1))).toEqual(['In training', '400', '30', '5', '', '']);
    expect(visibleText(rich)).toContain('Texts cut at 128 tokens 12 in training, 1 in test');
    expect(() => renderReport({ ...data, test: { ...data.test, lines: [1] } })).toThrow(
      'test.lines expected 6 entries',
    );
  });

  it('draws how far probabilities can be trusted', () => {
    // 4 right of the probabilities .9 .8 .7 .95, wrong at .61 and .973
    const rows = tableRows(page, 'certainty').slice(1);
    expect(rows).toEqual([
      ['60%–70%', '65.5%', '50.0%', '2'],
      ['70%–80%', '80.0%', '100.0%', '1'],
      ['80%–90%', '90.0%', '100.0%', '1'],
      ['90%–100%', '96.2%', '50.0%', '2'],
    ]);
    // (2·.155 + .2 + .1 + 2·.4615) / 6
    expect(text).toContain('Expected calibration error 0.256');
    // of the answers by probability: wrong, right, right, right, right, wrong
    expect(text).toContain('Average precision: 0.679.'); // (1/2 + 2/3 + 3/4 + 4/5) / 4
    expect(drawings(page, 'certainty').match(/<svg/g)).toHaveLength(2);
  });

  it('draws a curve for each of two classes', () => {
    const test = {
      texts: ['a', 'b', 'c', 'd'],
      yTrue: [0, 0, 1, 1],
      yPred: [0, 1, 1, 1],
      scores: [0.9, 0.6, 0.7, 0.8],
    };
    const two = renderReport(sampleData({ labels: ['no', 'yes'], labelNames: undefined, test, baseline: undefined }));
    expect(visibleText(two)).toContain('Average precision: no 1.000, yes 1.000.');
  });

  it('shows how to use the model', () => {
    const of = (overrides: Partial<ReportData>) =>
      visibleText(renderReport(sampleData({ place: "runs/it's", ...overrides })));
    expect(of({})).toContain(`npx attune predict 'runs/it'\\''s' --input new.csv --text text > predictions.jsonl`);
    expect(of({ config: { text: '{title}' } })).toContain('--input new.csv > predictions.jsonl');
    expect(of({})).toContain(`await loadPredictor("runs/it's")`);
    expect(of({})).toContain(`pipeline("text-classification", model="runs/it's/model")`);
    expect(of({})).toContain(`env.localModelPath = "runs/it's"`);
    expect(of({ config: { textPair: 'second' } })).toContain("model.predict([['First text', 'second text']])");
  });

  it('lists what differs from the defaults first', () => {
    const config = {
      data: 'a.csv',
      options: { data: 'a.csv' },
      arguments: { learningRate: 1e-3, seed: 42, maxLength: 64 },
      architecture: { layers: 2 },
    };
    const shown = renderReport(sampleData({ config, defaults: { learningRate: 5e-5, seed: 42 } }));
    expect(tableRows(shown.slice(0, shown.indexOf('more, at their defaults')), 'configuration')).toEqual([
      ['data', 'a.csv'],
      ['arguments.learningRate', '0.001'],
    ]);
    expect(visibleText(shown)).toContain('4 more, at their defaults or derived from others');
  });

  it('lists once what was typed, also where it is the default or stands nowhere else, and no default of a task', () => {
    const config = {
      ...{
        task: 'sequence-classification',
        split: '80/10/10',
        scheme: 'IOB2',
        stride: 128,
        pairs: true,
        engine: 'onnx',
      },
      options: { problemType: 'regression', modelConfig: 'mc.json', seed: '42', loraAlpha: '8', engine: 'onnx' },
      lora: { r: 4, alpha: 8, targetModules: 'all-linear' },
      arguments: { learningRate: 5e-5, seed: 42 },
    };
    const settingDefaults = { ...config, task: undefined, lora: { alpha: 8, targetModules: 'all-linear' } };
    const shown = renderReport(
      sampleData({ config, defaults: { learningRate: 5e-5, seed: 42 }, settingDefaults: { ...settingDefaults } }),
    );
    expect(tableRows(shown.slice(0, shown.indexOf('more, at their defaults')), 'configuration')).toEqual([
      ['task', 'sequence-classification'],
      ['engine', 'onnx'],
      ['options.problemType', 'regression'],
      ['options.modelConfig', 'mc.json'],
      ['lora.r', '4'],
      ['lora.alpha', '8'],
      ['arguments.seed', '42'],
    ]);
  });

  it('lists every evaluation', () => {
    expect(tableRows(page, 'training').slice(1)).toEqual([
      ['1', '10', '0.5000', '80.0%', '0.7312', '61.0%', '0.500'],
      ['2', '20', '0.2500', '80.0%', '1.7312', '71.0%', '0.500'],
    ]);
    expect(drawings(page, 'training').match(/<svg/g)).toHaveLength(3);
  });

  it('counts true classes by predicted ones', () => {
    expect(tableRows(page, 'confusion').slice(1)).toEqual([
      ['11', '2', '', ''],
      ['21 Mining', '', '1', '1'],
      ['31-33 Manufacturing', '', '1', '1'],
    ]);
    expect(page).toContain('title="21 Mining, predicted as 31-33 Manufacturing: 1 of 2 (50.0%)"');
    expect(page).toContain('--share:0.500');
    expect(text).toContain('1 text of 21 Mining predicted as 31-33 Manufacturing');
  });

  it('scores every class, the baseline beside', () => {
    const rows = tableRows(page, 'classes');
    expect(rows[0]).toEqual(['Class and name', 'Precision', 'Recall', 'F1', 'Baseline F1', 'Gain (points)', 'Texts']);
    expect(rows[1]).toEqual(['11', '1.000', '1.000', '1.000', '0.500', '+50.0', '2']);
    expect(rows[2]).toEqual(['21 Mining', '0.500', '0.500', '0.500', '0.667', '−16.7', '2']);
    const { test, baseline } = sampleData();
    const [model, other] = [test.yPred, baseline!.yPred].map(
      (yPred) => classificationReport(test.yTrue, yPred).macro.f1,
    );
    expect(rows[4].slice(0, 5)).toEqual(['Macro average', '0.667', '0.667', model.toFixed(3), other.toFixed(3)]);
  });

  it('lists wrong predictions, the surest first', () => {
    expect(tableRows(page, 'errors').slice(1)).toEqual([
      ['gold milling', '31-33 Manufacturing', '21 Mining', '97.3%', '2.0%'],
      ['lime production', '21 Mining', '31-33 Manufacturing', '61.0%', '21.0%'],
    ]);
  });

  it('tells speed, data and options', () => {
    expect(text).toContain('Training time 1 min 11 s');
    expect(text).toContain('Tokens per second (without padding) 9,242');
    expect(text).toContain('Training texts per second 389');
    expect(text).toContain('Training texts 13,870');
    expect(text).toContain('Always guessing the largest 33.3% accuracy');
    expect(text).toContain('Characters per test text median 12, 95% up to 15');
    expect(tableRows(page, 'configuration')).toEqual([
      ['task', 'sequence-classification'],
      ['seed', '42'],
      ['model.layers', '4'],
      ['model.hidden', '256'],
      ['eval', 'null'],
    ]);
  });

  it('gives the same page for the same data', () => {
    expect(renderReport(withDifference(0.1667, 0.1667))).toBe(page);
  });

  it('asks for nothing outside itself', () => {
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|<iframe|<img|<object/i);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)).toEqual(['data:,']);
    expect([...page.matchAll(/url\(([^)]*)\)/g)].every(([, target]) => target.startsWith('#'))).toBe(true);
    expect(page).toContain('content="default-src &#39;none&#39;;');
  });
});

describe('runs out of the ordinary', () => {
  const render = (overrides: Partial<ReportData>) => renderReport(sampleData(overrides));

  it('without a baseline', () => {
    const summary = { ...sampleData().summary, baseline: null };
    const page = render({ summary, baseline: undefined });
    expect(visibleText(page)).toContain('Accuracy 66.7% Model');
    expect(visibleText(page)).toContain('There is no baseline to compare the model with.');
    expect(visibleText(page)).not.toContain('Only the model');
    expect(tableRows(page, 'classes')[1]).toEqual(['11', '1.000', '1.000', '1.000', '2']);
  });

  it('without an error', () => {
    const { test } = sampleData();
    const page = render({ test: { ...test, yPred: test.yTrue } });
    expect(visibleText(page)).toContain('All 6 test texts were predicted right.');
    expect(page).not.toContain('Most frequent confusions');
  });

  it('without the probability of the truth', () => {
    const { trueScores, ...test } = sampleData().test;
    expect(trueScores).toBeDefined();
    expect(tableRows(render({ test }), 'errors')[0]).toEqual(['Text', 'True', 'Predicted', 'Probability']);
  });

  it('with no history, no options, nothing measured', () => {
    const summary = { ...sampleData().summary, loss: null, tokensPerSecond: null, seconds: 0 };
    const page = render({ history: [], config: {}, summary });
    expect(visibleText(page)).toContain('No training steps and no evaluations were recorded.');
    expect(visibleText(page)).toContain('No options were recorded.');
    expect(visibleText(page)).toContain('Training texts per second –');
    expect(drawings(page, 'training')).not.toContain('<svg');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('with one epoch only, and losses that were not finite', () => {
    const [first, ...rest] = sampleHistory(1);
    const page = render({ history: [{ ...first, loss: null } as typeof first, ...rest] });
    expect(tableRows(page, 'training')).toHaveLength(2);
    expect(drawings(page, 'training').match(/<svg/g)).toHaveLength(3);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('with training steps but no evaluation', () => {
    const page = render({ history: sampleHistory(1).slice(0, 5) });
    expect(drawings(page, 'training').match(/<svg/g)).toHaveLength(1);
    expect(tableRows(page, 'training')).toEqual([]);
  });

  it.each([2, 20, 100])('with %i classes', (classes) => {
    const labels = Array.from({ length: classes }, (_, i) => `a class with a long name, number ${i}`);
    const yTrue = Array.from({ length: 500 }, (_, i) => i % classes);
    const yPred = yTrue.map((id, i) => (i % 3 === 0 ? (id + 1) % classes : id));
    const test = { texts: yTrue.map((id) => `text ${id}`), yTrue, yPred, scores: yTrue.map(() => 0.5) };
    const page = render({ labels, labelNames: undefined, test, baseline: { yPred: yTrue } });
    const matrix = tableRows(page, 'confusion').slice(1);
    expect(matrix).toHaveLength(classes);
    expect(matrix.flatMap((row) => row.slice(1)).reduce((sum, cell) => sum + Number(cell), 0)).toBe(500);
    expect(tableRows(page, 'classes')).toHaveLength(classes + 3);
    expect(tableRows(page, 'errors')).toHaveLength(26);
    expect(page.length).toBeLessThan(500_000);
  });

  it.each([3000, 20_000])('with %i classes, of which the matrix has those that were confused', (classes) => {
    const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
    const yTrue = Array.from({ length: 2 * classes }, (_, i) => i % classes);
    const yPred = yTrue.map((id, i) => (id < 30 ? 7 : i % 3 === 0 ? (id + 1) % classes : id));
    const test = { texts: yTrue.map((id) => `text ${id}`), yTrue, yPred, scores: yTrue.map(() => 0.5) };
    const page = render({ labels, labelNames: undefined, test, baseline: { yPred: yTrue } });
    const matrix = tableRows(page, 'confusion').slice(1);
    expect(matrix).toHaveLength(41);
    expect(matrix.flatMap((row) => row.slice(1)).reduce((sum, cell) => sum + Number(cell), 0)).toBe(2 * classes);
    expect(matrix[29][8]).toBe('2'); // class 29, taken for class 7
    expect(matrix.at(-1)?.[0]).toBe(`the other ${(classes - 40).toLocaleString('en')} classes`);
    expect(tableRows(page, 'classes')).toHaveLength(classes + 3);
    expect(page.length).toBeLessThan(1000 * classes);
    expect(page.length).toBeGreaterThan(100 * classes);
  });

  it('with classes that never occur', () => {
    const rows = tableRows(render({ labels: ['11', '21', '31-33', 'rare'] }), 'classes');
    expect(rows[4]).toEqual(['rare', '0.000', '0.000', '0.000', '0.000', '±0.0', '0']);
    expect(rows[5][3]).toBe('0.667'); // the macro average leaves it out, as the summary's does
  });

  it('with a very long text and an empty one', () => {
    const { test } = sampleData();
    const page = render({ test: { ...test, texts: [...test.texts.slice(0, 3), 'x'.repeat(200_000), 'y', ' '] } });
    expect(tableRows(page, 'errors')[1][0]).toBe('empty text');
    expect(tableRows(page, 'errors')[2][0]).toBe(`${'x'.repeat(400)}…`);
  });
});

describe('hostile data', () => {
  const tags = (page: string) => page.match(/<[a-z!/][^>]*>/gi)!.map((tag) => tag.replace(/"[^"]*"/g, '""'));
  const everywhere = (text: string): ReportData => {
    const data = sampleData();
    const labels = data.labels.map((label) => `${label}${text}`);
    return {
      ...data,
      title: text,
      generatedAt: text,
      config: { [text]: text, nested: { [text]: [text] } },
      labels,
      labelNames: Object.fromEntries(labels.map((label) => [label, text])),
      summary: { ...data.summary, engine: text },
      test: { ...data.test, texts: data.test.texts.map(() => text) },
    };
  };
  const harmless = tags(renderReport(everywhere('harmless')));

  it.each([
    '</script><img src=x onerror=alert(1)>',
    '</title><script>alert(1)</script>',
    '" onmouseover="alert(1)',
    "' style='position:fixed",
    '<!--',
    '{{alert(1)}}]]>',
  ])('%s is text and nothing else', (hostile) => {
    const page = renderReport(everywhere(hostile));
    expect(tags(page)).toEqual(harmless);
    expect(visibleText(page)).toContain(hostile);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('whatever the characters, the tags stay the same', () => {
    const piece = fc.constantFrom('<', '>', '"', "'", '&', '=', '/', ' ', '`', 'script', 'x', '\u202e', '\0', '\ud800');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        expect(tags(renderReport(everywhere(`x${pieces.join('')}`)))).toEqual(harmless);
      }),
      { numRuns: 30 },
    );
  });
});

describe('data that does not fit together', () => {
  const data = sampleData();
  it.each<[string, Partial<ReportData>, RegExp]>([
    ['one label', { labels: ['11'] }, /two or more, got 1/],
    ['no text', { test: { texts: [], yTrue: [], yPred: [], scores: [] } }, /at least one text/],
    [
      'too few predictions',
      { test: { ...data.test, yPred: [0] } },
      /test.yPred expected 6 entries, one per text, got 1/,
    ],
    ['too few scores', { test: { ...data.test, scores: [0.5] } }, /test.scores expected 6/],
    ['too long a baseline', { baseline: { yPred: [0, 0, 0, 0, 0, 0, 0] } }, /baseline.yPred expected 6 entries.*got 7/],
    ['a class that is none', { test: { ...data.test, yTrue: [0, 0, 1, 1, 2, 3] } }, /from 0 to 2, got 3 at 5/],
    ['a class that is no integer', { baseline: { yPred: [0, 0, 0.5, 0, 0, 0] } }, /got 0.5 at 2/],
  ])('refuses %s', (_, overrides, message) => {
    expect(() => renderReport(sampleData(overrides))).toThrow(RangeError);
    expect(() => renderReport(sampleData(overrides))).toThrow(message);
  });

  it('refuses a kind of problem that has no report', () => {
    const expected =
      'problemType expected one of single_label_classification, multi_label_classification, regression, got';
    for (const [name, render] of Object.entries({ renderReport, renderModelCard })) {
      const of = (problemType: unknown) => () => render({ ...sampleData(), baseModel: 'bert', problemType } as never);
      expect(of('single_label')).toThrow(
        new RangeError(`${name}: ${expected} "single_label"; did you mean "single_label_classification"?`),
      );
      expect(of('multi-label')).toThrow('got "multi-label"; did you mean "multi_label_classification"?');
      expect(of('constructor')).toThrow(new RangeError(`${name}: ${expected} "constructor"`));
    }
    expect(renderReport({ ...data, problemType: undefined })).toBe(renderReport(data));
  });
});

const config = {
  data: '/home/someone/jobs.csv',
  split: '80/10/10',
  attune: '0.1.0',
  arguments: {
    learningRate: 2e-5,
    perDeviceTrainBatchSize: 16,
    seed: 42,
    adamBeta1: 0.9,
    adamBeta2: 0.999,
    adamEpsilon: 1e-8,
    maxLength: 200,
  },
  architecture: { modelType: 'distilbert' },
};
const section = (card: string, heading: string) => card.split(`${heading}\n\n`)[1].split('\n\n#')[0];

describe('renderModelCard', () => {
  const card = renderModelCard(sampleData({ config }));

  it('starts with the metadata the hub reads', () => {
    const [, front] = card.split('---\n');
    expect(front).toContain('library_name: transformers\npipeline_tag: text-classification\n');
    expect(front).toContain('- "distilbert"\n');
    expect(front).not.toContain('base_model');
    expect(front).toContain('    - type: "accuracy"\n      name: "Accuracy"\n      value: 0.6666666666666666\n');
    expect(front).toContain('      name: "jobs.csv"\n      type: text\n      split: test\n');
  });

  it('names the model it came from, where that has a name', () => {
    const own = renderModelCard({ ...sampleData(), baseModel: 'google-bert/bert-base-cased' });
    expect(own).toContain('base_model: "google-bert/bert-base-cased"');
    expect(own).toContain(
      '[google-bert/bert-base-cased](https://huggingface.co/google-bert/bert-base-cased), fine-tuned',
    );
  });

  it('says what it reaches, how it was trained, and epoch by epoch', () => {
    expect(card).toContain(
      '- Accuracy: 0.667\n- Macro-F1: 0.656\n- Baseline (TF-IDF and logistic regression): accuracy 0.500, macro-F1 0.489',
    );
    const procedure = section(card, '### Training hyperparameters');
    expect(card).not.toContain('/home/someone');
    expect(procedure).toContain('- learning_rate: 0.00002\n- train_batch_size: 16\n- seed: 42\n');
    expect(procedure).toContain(
      '- optimizer: AdamW with betas=(0.9, 0.999) and epsilon=1e-8\n- lr_scheduler_type: linear',
    );
    expect(section(card, '### Training results')).toBe(
      [
        '| Training loss | Epoch | Step | Validation loss | Accuracy | Macro-F1 |',
        '| --- | --- | --- | --- | --- | --- |',
        '| 0.500 | 1 | 10 | 0.731 | 0.610 | 0.500 |',
        '| 0.250 | 2 | 20 | 1.731 | 0.710 | 0.500 |',
      ].join('\n'),
    );
    expect(card).toContain('It reads the first 200 tokens of a text.');
  });

  it('has the scores of every class, and what is known of bias', () => {
    expect(section(card, '### Results by class')).toContain('| 21 (Mining) | 0.500 | 0.500 | 0.500 | 2 |');
    const bias = section(card, '## Bias');
    expect(bias).toContain('By F1: lowest 21 (Mining) 0.500, highest 11 1.000.');
    expect(bias).toContain(
      'Classes with fewer than 10 texts, whose scores are uncertain: 11, 21 (Mining), 31-33 (Manufacturing).',
    );
  });

  it('does without history, arguments or a baseline', () => {
    const bare = renderModelCard(
      sampleData({ config: {}, history: [], summary: { ...sampleData().summary, baseline: null } }),
    );
    expect(bare).toContain('No evaluation was run during training.');
    expect(bare).toContain('Not recorded.');
    expect(bare).not.toContain('Baseline');
  });

  it('keeps hostile labels and titles from becoming markup', () => {
    const hostile = 'x](http://evil)\n# <img onerror=1> | `y`';
    const own = renderModelCard(
      sampleData({ title: hostile, labels: [hostile, '21', '31-33'], config: { data: '"\n---\n' } }),
    );
    const [front, body, ...more] = own.split('\n---\n');
    expect(more).toEqual([]);
    expect(front).toContain(`name: ${JSON.stringify(hostile)}`);
    expect(body).not.toContain('x](http');
    expect(body).not.toMatch(/[^\\]<img/);
    expect(body).not.toMatch(/^# [^x]/m);
  });
});
