import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { fieldTexts, tinyConfig, tinyLlama } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import type { PredictionOf } from '../../tasks/sequence/problems';
import { evaluateCausalLm } from '../causal-lm/evaluate';
import { fitCausalLm } from '../causal-lm/fit';
import type { GeneratedText } from '../causal-lm/generator';
import { loadGenerator } from '../causal-lm/load';
import { evaluateMaskedLm } from '../masked-lm/evaluate';
import { fitMaskedLm } from '../masked-lm/fit';
import { fitSequenceClassifier } from '../sequence/fit';
import { loadAnyPredictor, loadPredictor } from '../sequence/load';
import { fitTokenClassifier } from '../token/fit';
import { loadTagger } from '../token/load';
import type { TaggedEntity } from '../token/sentence';

type Single = PredictionOf['single_label_classification'];

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-loaded-'));
afterAll(() => rmSync(directory, { recursive: true }));
const place = (name: string) => join(directory, name);
const run = (name: string) => ({
  ...{ model: 'new', newConfig: tinyConfig, engine, out: place(name), arguments: { maxSteps: 2, maxLength: 16 } },
});
const words = fieldTexts(12, 1).texts;

beforeAll(async () => {
  const part = fieldTexts(30, 1);
  await fitSequenceClassifier({ ...run('classifier'), data: { train: part, validation: part } });
  const sentences = toySentences(20, 1);
  await fitTokenClassifier({ ...run('tagger'), data: { train: sentences, validation: sentences } });
  const masked = { ...run('masked'), arguments: { maxSteps: 2 }, chunkLength: 16 };
  await fitMaskedLm({ ...masked, data: { train: part.texts, validation: part.texts } });
  const writer = { ...run('writer'), newConfig: tinyLlama };
  await fitCausalLm({ ...writer, data: { train: part.texts, validation: part.texts } });
}, 60_000);

const messageOf = (call: Promise<unknown>) =>
  call.then(
    () => 'nothing',
    ({ message }: Error) => message,
  );
// biome-ignore lint/suspicious/noExplicitAny: what a caller without types may pass
const loose = (value: unknown) => value as any;

describe('one text gives one result, an array an array', () => {
  it('of a predictor, with the number of texts that were cut', async () => {
    const model = await loadPredictor(place('classifier'), { engine });
    const long = words.join(' ');
    const many = await model.predict([words[0], long, long]);
    const one = await model.predict(long);
    expect(one).toEqual(many[1]);
    expect([one.label, one.truncated, many.truncated]).toEqual([many[1].label, 1, 2]);
    expect([(await model.predict(words[0])).truncated, (await model.predict([])).truncated]).toEqual([0, 0]);
    expect(JSON.stringify(one)).not.toContain('truncated');
    expect((await model.evaluate([long, 'a'], [0, 1])).truncated).toBe(1);
    await model.close();
  });

  it('of a tagger and a writer', async () => {
    const tagger = await loadTagger(place('tagger'), { engine });
    const text = toySentences(1, 3)[0].words.join(' ');
    expect(await tagger.tag(text)).toEqual((await tagger.tag([text]))[0]);
    const writer = await loadGenerator(place('writer'), { engine });
    const options = { maxNewTokens: 4 };
    expect(await writer.generate('wheat', options)).toEqual((await writer.generate(['wheat'], options))[0]);
    expect(await writer.generate([])).toEqual([]);
    await Promise.all([tagger.close(), writer.close()]);
  });

  it('and either gives either, where it is not known which it is', async () => {
    const model = await loadPredictor(place('classifier'), { engine });
    const tagger = await loadTagger(place('tagger'), { engine });
    const writer = await loadGenerator(place('writer'), { engine });
    for (const texts of ['wheat', ['wheat', 'corn']] as (string | string[])[]) {
      const predicted = await model.predict(texts);
      expectTypeOf(predicted).toExtend<Single | readonly Single[]>();
      const tagged = await tagger.tag(texts);
      expectTypeOf(tagged).toEqualTypeOf<TaggedEntity[] | TaggedEntity[][]>();
      const written = await writer.generate(texts, { maxNewTokens: 2 });
      expectTypeOf(written).toEqualTypeOf<GeneratedText | GeneratedText[]>();
      expect([predicted, written].map(Array.isArray)).toEqual([predicted, written].map(() => Array.isArray(texts)));
    }
    expectTypeOf(await model.predict('wheat')).toExtend<Single>();
    expectTypeOf(await model.predict(['wheat'])).toExtend<readonly Single[]>();
    await Promise.all([model.close(), tagger.close(), writer.close()]);
  });
});

it('what is no text is refused by its index, and what is no option by its name', async () => {
  const model = await loadAnyPredictor(place('classifier'), { engine });
  expect(await messageOf(loose(model).predict(['a', undefined]))).toBe(
    'predict: texts[1] expected a text, or a pair [first, second], got undefined; remove the example, or give it a value',
  );
  expect(await messageOf(loose(model).predict([{ text: 'a' }]))).toMatch(/rows\.map\(\(row\) => row\.text\)$/);
  expect(await messageOf(loose(model).predict(3))).toBe('predict: texts expected a text, or an array of texts, got 3');
  expect(await messageOf(loose(model).predict(undefined))).toBe(
    'predict: texts expected a text, or an array of texts, got undefined',
  );
  expect(await messageOf(loose(model).evaluate('a', [0]))).toBe('evaluate: texts expected an array, got "a"');
  expect(await messageOf(loose(model).evaluate(['a'], ['farm']))).toMatch(/model\.labels\.indexOf\(label\)\)$/);
  for (const target of [99, -1, 0.5, Number.NaN])
    expect(await messageOf(loose(model).evaluate(['corn'], [target]))).toBe(
      `evaluate: targets[0] expected the id of a label, an integer from 0 to ${model.labels.length - 1}, got ${target}`,
    );
  expect(await messageOf(loose(model).evaluate(['corn'], [[0, 1]]))).toContain('targets[0] expected the id of a label');
  expect(await messageOf(model.evaluate(['a', 'b'], [0]))).toMatch(/a target for each text, got 2 texts and 1 targets/);
  const tagger = await loadTagger(place('tagger'), { engine });
  expect(await messageOf(loose(tagger).tag([['a', 'b']]))).toMatch(
    /texts\[0\] expected a text.*tagWords\(sentences\)$/,
  );
  expect(await messageOf(loose(tagger).tagWords(['a', 'b']))).toMatch(/for one sentence: tagWords\(\[words\]\)/);
  expect(await messageOf(loose(tagger).evaluate([{ words: ['a'], tags: [0] }]))).toMatch(/sentences\[0\]\.tags\[0\]/);
  const writer = await loadGenerator(place('writer'), { engine });
  expect(await messageOf(loose(writer).generate('a', { max_new_tokens: 3 }))).toBe(
    'generate: expected known options, got max_new_tokens; did you mean maxNewTokens?',
  );
  expect(await messageOf(loose(writer).stream(['a']).next())).toMatch(
    /^stream: prompt expected a string, got an array/,
  );
  expect(await messageOf(loose(loadPredictor)(place('classifier'), { max_length: 8 }))).toBe(
    'loadPredictor: expected known options, got max_length; did you mean maxLength?',
  );
  expect(await messageOf(loose(loadTagger)(undefined))).toBe(
    'loadTagger: source expected a path or a name, got undefined',
  );
  expect(await messageOf(loose(loadTagger)(place('tagger'), { engine: Promise.resolve(engine) }))).toMatch(
    /await openEngine/,
  );
  expect(await messageOf(loose(evaluateMaskedLm)(place('masked'), [3], { engine }))).toMatch(
    /texts\[0\] expected a text/,
  );
  expect(await messageOf(loose(evaluateCausalLm)(place('writer'), 'a', { engine }))).toMatch(
    /expected an array, got "a"/,
  );
});

it.each<[string, (source: string, options: never) => Promise<unknown>, object, string]>([
  [
    'loadPredictor',
    loadPredictor,
    { precision: 'fp16' },
    'precision expected one of fp32, int8, got "fp16"; did you mean "fp32"?',
  ],
  [
    'loadPredictor',
    loadPredictor,
    { problemType: 'regresion' },
    'problemType expected one of single_label_classification, multi_label_classification, regression, got "regresion"; did you mean "regression"?',
  ],
  ['loadAnyPredictor', loadAnyPredictor, { batchSize: 0 }, 'batchSize expected an integer ≥ 1, got 0'],
  ['loadPredictor', loadPredictor, { threads: -1 }, 'threads expected an integer ≥ 1, got -1'],
  [
    'loadPredictor',
    loadPredictor,
    { decision: { threshold: 2 } },
    'decision.threshold expected a number in [0, 1], or an object with one for each label, got 2',
  ],
  [
    'loadPredictor',
    loadPredictor,
    { decision: { temperature: 0 } },
    'decision.temperature expected a number > 0, got 0',
  ],
  [
    'loadPredictor',
    loadPredictor,
    { maxLength: 0 },
    'maxLength expected an integer ≥ 3 (two special tokens and one of the text), got 0',
  ],
  [
    'loadTagger',
    loadTagger,
    { scheme: 'BIO' },
    'scheme expected one of IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, IO, none, got "BIO"; did you mean "IOB2"?',
  ],
  ['loadTagger', loadTagger, { decoding: 'crf' }, 'decoding expected one of argmax, constrained, got "crf"'],
])('what is out of a list or a range is refused by %s: %#', async (name, load, options, message) => {
  expect(await messageOf(load(place('classifier'), options as never))).toBe(`${name}: ${message}`);
});

it.each([
  [
    'loadPredictor',
    loadPredictor,
    'classifier',
    { maxLength: 99999 },
    "maxLength: expected at most 64, the model's positions, got 99999; remove it, or choose less",
  ],
  [
    'loadPredictor',
    loadPredictor,
    'classifier',
    { decision: { offsets: { frm: 1 } } },
    'loadPredictor: decision.offsets expected labels of the model, got "frm"; did you mean "farm"?',
  ],
  [
    'loadTagger',
    loadTagger,
    'tagger',
    { maxLength: 99999 },
    "maxLength: expected at most 64, the model's positions, got 99999; remove it, or choose less",
  ],
  [
    'loadTagger',
    loadTagger,
    'tagger',
    { stride: 99 },
    "stride: expected an integer from 0 to 13, less than a window's own tokens, got 99",
  ],
])('what a model does not have is refused before it is opened: %s %#', async (_, load, name, options, message) => {
  expect(await messageOf(load(place(name), { engine, ...options }))).toContain(message);
});

it.each([
  ['loadPredictor', loadPredictor, 'tagger', 'loadTagger'],
  ['loadPredictor', loadPredictor, 'writer', 'loadGenerator'],
  ['loadTagger', loadTagger, 'classifier', 'loadPredictor'],
  ['loadTagger', loadTagger, 'writer', 'loadGenerator'],
  ['loadGenerator', loadGenerator, 'classifier', 'loadPredictor'],
  ['loadGenerator', loadGenerator, 'tagger', 'loadTagger'],
  ['loadGenerator', loadGenerator, 'masked', 'evaluateMaskedLm'],
  ['loadPredictor', loadPredictor, 'masked', 'evaluateMaskedLm'],
])('%s of another model: %3$s names %4$s', async (_, load, name, right) => {
  expect(await messageOf(load(place(name), { engine }))).toContain(`load it with ${right}`);
});

it('closing waits for the calls before it, and a call after it is refused while it waits', async () => {
  const model = await loadPredictor(place('classifier'));
  const expected = (await model.predict(words)).map(({ label }) => label);
  const pending = [model.predict(words), model.predict(words), model.evaluate(['a'], [0])] as const;
  const ends: string[] = [];
  const closed = model.close().then(() => ends.push('closed'));
  const refused = messageOf(model.predict('a'));
  const predicted = await pending[0].finally(() => ends.push('predicted'));
  expect(predicted.map(({ label }) => label)).toEqual(expected);
  await Promise.all([...pending, closed]);
  expect(ends).toEqual(['predicted', 'closed']);
  expect(await refused).toContain('predict: expected an open model, got one after close()');

  const tagger = await loadTagger(place('tagger'));
  const tagged = tagger.tag(['wheat and corn', 'corn']);
  await tagger.close();
  expect(await tagged).toHaveLength(2);

  const writer = await loadGenerator(place('writer'));
  const written = writer.generate('wheat', { maxNewTokens: 8 });
  const stream = writer.stream('wheat', { maxNewTokens: 8 });
  const first = stream.next();
  await writer.close();
  expect((await written).tokens).toBeGreaterThan(0);
  expect((await first).value).toEqual(expect.any(String));
  expect(await messageOf(stream.next())).toContain('stream: expected an open model, got one after close()');
});

it('closing does not wait for a call that was refused, nor for a stream that nobody reads', async () => {
  const model = await loadPredictor(place('classifier'));
  const refused = messageOf(loose(model).predict(3));
  await model.close();
  expect(await refused).toContain('predict: texts expected a text, or an array of texts');
  const writer = await loadGenerator(place('writer'));
  await writer.stream('wheat', { maxNewTokens: 8 }).next();
  await writer.close();
});

it('closing twice is harmless, and a call after it says what is closed', async () => {
  const model = await loadPredictor(place('classifier'));
  await Promise.all([model.close(), model.close()]);
  await model.close();
  const closed = 'expected an open model, got one after close(); load it again with';
  expect(await messageOf(model.predict('a'))).toBe(`predict: ${closed} loadPredictor, or close it later`);
  const tagger = await loadTagger(place('tagger'));
  await tagger.close();
  await tagger.close();
  expect(await messageOf(tagger.tag('a'))).toContain(`tag: ${closed} loadTagger`);
  expect(await messageOf(tagger.tagWords([['a']]))).toContain(`tagWords: ${closed} loadTagger`);
  const writer = await loadGenerator(place('writer'));
  await writer.close();
  await writer.close();
  expect(await messageOf(writer.generate('a'))).toContain(`generate: ${closed} loadGenerator`);
  expect(await messageOf(writer.stream('a').next())).toContain(`stream: ${closed} loadGenerator`);
});
