import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { loadModel, openSafetensors } from '@attune/models/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatedLast } from '../../../test/evaluated-last';
import { tinyLlama } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import type { EvaluationEvent, TrainEvent } from '../../loop/events';
import { fitMaskedLm } from '../masked-lm/fit';
import { fitSequenceClassifier } from '../sequence/fit';
import { loadPredictor } from '../sequence/load';
import { fitTokenClassifier } from '../token/fit';
import { evaluateCausalLm } from './evaluate';
import { type CausalLmFitResult, fitCausalLm } from './fit';
import { loadGenerator } from './load';
import type { CausalLmFitOptions } from './options';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-causal-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The words that are tagged, after the sentence. */
const texts = (count: number, seed: number) =>
  toySentences(count, seed).map(({ words, tags }) => ({
    prompt: `text: ${words.join(' ')}\nskills:`,
    completion: ` ${words.filter((_, i) => tags[i] !== 'O').join(' ')}`,
  }));
const data = { train: texts(200, 1), validation: texts(40, 2) };
const json = (...path: string[]) => JSON.parse(readFileSync(join(directory, ...path), 'utf8'));
const bytes = (...path: string[]) => readFileSync(join(directory, ...path));
const fit = (out: string, more: Partial<CausalLmFitOptions> = {}) =>
  fitCausalLm({
    ...{ data, model: 'new', newConfig: tinyLlama, engine, out: join(directory, out) },
    arguments: { learningRate: 1e-2, numTrainEpochs: 3 },
    ...more,
  });
const lora = { r: 4, alpha: 8, dropout: 0.1, targetModules: 'all-linear' };

let whole: CausalLmFitResult;
const notes: string[] = [];
const events: TrainEvent[] = [];
beforeAll(async () => {
  whole = await fit('whole', { onNote: (note) => notes.push(note), onEvent: (event) => events.push(event) });
}, 60_000);

describe('a run of causal language modeling', () => {
  it('learns completions, and reports what it knows of their tokens', () => {
    const { summary, history } = whole;
    const evaluations = history.filter(({ type }) => type === 'eval') as EvaluationEvent[];
    expect(summary.loss).toBe(Math.min(...evaluations.map(({ loss }) => loss!)));
    expect(summary.loss).toBeLessThan(evaluations[0].loss! - 0.1);
    expect(summary.perplexity).toBeCloseTo(Math.exp(summary.loss), 10);
    expect(summary.weightedRecall).toBeCloseTo(summary.accuracy, 10); // as it is over all classes, by support
    const longest = json('whole', 'config.json').tokenLengths.maxLength;
    expect(json('whole', 'summary.json')).toMatchObject({
      ...{ trainExamples: 200, testExamples: 40, evaluatedOn: 'validation', maxLength: longest, trainableShare: 1 },
    });
    expect(json('whole', 'config.json')).toMatchObject({ task: 'causal-lm', truncationMode: 'keep_completion' });
    expect(json('whole', 'model', 'config.json')).toMatchObject({
      ...{ architectures: ['LlamaForCausalLM'], eos_token_id: 1, bos_token_id: 0 },
    });
    expect(json('whole', 'model', 'tokenizer_config.json')).toMatchObject({ bos_token: '<s>', eos_token: '</s>' });
    expect(notes.join('\n')).toMatch(
      /new llama: 1 layers, hidden 32.*byte pairs\ntokens per text: .*; \d+ as the maximum length cuts/,
    );
  });

  it('writes skills after a text, and ends', async () => {
    const generator = await loadGenerator(join(directory, 'whole'), { engine });
    const written = await generator.generate(
      data.validation.map(({ prompt }) => prompt),
      { maxNewTokens: 40 },
    );
    expect(written.every(({ ended }) => ended === 'stop')).toBe(true);
    const words = new Set(data.train.flatMap(({ completion }) => completion.trim().split(' ')));
    const right = written.flatMap(({ text }) => text.trim().split(' ')).filter((word) => words.has(word));
    expect(right.length).toBeGreaterThan(20);
  });

  it('counts the texts of the last evaluation', () => {
    expect(evaluatedLast(events)).toEqual([40]);
  });

  it('evaluates to the same metrics afterwards', async () => {
    const { examples, ...metrics } = await evaluateCausalLm(join(directory, 'whole'), data.validation, { engine });
    expect(examples).toBe(40);
    expect(whole.summary).toMatchObject(metrics);
    const copy = await evaluateCausalLm(join(directory, 'whole', 'model'), data.validation, { engine, batchSize: 7 });
    expect(copy.loss).toBeCloseTo(metrics.loss, 5);
  });

  it('cuts as it is told, and says what it left out', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const run = { onNote, model: join(directory, 'whole', 'model'), arguments: { maxLength: 20, maxSteps: 1 } };
    await fit('cut', { ...run, truncationMode: 'keep_end' });
    expect(notes.join('\n')).toMatch(/\d+ training texts exceed 20 tokens; they are truncated at the start/);
    notes.length = 0;
    await fit('kept', run);
    const [said, ...others] = notes.filter((note) => /training texts|validation texts/.test(note));
    expect(said).toMatch(
      /20 as the maximum length cuts some: \d+ training texts exceed 20 tokens; their prompts are truncated at the start.*; \d+ validation texts/,
    );
    expect([said.match(/left out/), others]).toEqual([null, []]);
    expect(json('kept', 'summary.json').trainExamples).toBe(200);
    await expect(fit('none', { ...run, truncationMode: 'keep_start', arguments: { maxLength: 4 } })).rejects.toThrow(
      /training data: expected completions within 4 tokens, all 200 texts have nothing to learn there/,
    );
  });
});

describe('LoRA', () => {
  const base = () => join(directory, 'whole', 'model');
  const adapt = (out: string, more: Partial<CausalLmFitOptions> = {}) =>
    fit(out, { model: base(), lora, data: { train: texts(96, 5), validation: texts(40, 6) }, ...more });
  let adapted: CausalLmFitResult;
  const notes: string[] = [];
  beforeAll(async () => {
    adapted = await adapt('adapted', { onNote: (note) => notes.push(note) });
  }, 60_000);

  it('trains adapters alone, says how many, and saves them as PEFT has them', async () => {
    const { summary } = adapted;
    // q and o are 32 × 32, k and v 16 × 32, gate, up and down 64 × 32, each with 4 rows of A and columns of B.
    const trained = 4 * (2 * (32 + 32) + 2 * (16 + 32) + 3 * (64 + 32));
    expect(summary.trainableParameters).toBe(trained);
    expect(summary.trainableShare).toBeCloseTo(trained / summary.parameters, 12);
    expect(json('adapted', 'summary.json').trainableParameters).toBe(trained);
    expect(notes.join('\n')).toMatch(/trains 2,048 of [\d,]+ parameters \(\d+\.\d\d %\)/);
    expect(json('adapted', 'config.json').lora).toEqual(lora);
    expect(readdirSync(join(directory, 'adapted', 'adapter')).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
    ]);
    expect(json('adapted', 'adapter', 'adapter_config.json')).toMatchObject({
      ...{ r: 4, lora_alpha: 8, task_type: 'CAUSAL_LM', base_model_name_or_path: base() },
    });
    const before = await evaluateCausalLm(base(), texts(40, 6), { engine });
    expect(summary.loss).toBeLessThan(before.loss);
  });

  it('adapts every linear module with an alpha of twice the rank where the rank alone is given', async () => {
    const { summary } = await adapt('rank-alone', { lora: { r: 4 } });
    expect(json('rank-alone', 'config.json').lora).toEqual({ r: 4, alpha: 8, targetModules: 'all-linear' });
    expect(json('rank-alone', 'adapter', 'adapter_config.json')).toMatchObject({ r: 4, lora_alpha: 8 });
    expect(summary.trainableParameters).toBe(adapted.summary.trainableParameters);
  });

  it('leaves the base as it was, and writes the same merged and beside it', async () => {
    const [plain, merged] = await Promise.all(
      [base(), join(directory, 'adapted', 'model')].map((source) => loadModel(source, { task: 'causal-lm' })),
    );
    const changed = Object.keys(plain.parameters).filter(
      (name) =>
        !Buffer.from(plain.parameters[name].data.buffer).equals(Buffer.from(merged.parameters[name].data.buffer)),
    );
    expect(changed.every((name) => name.endsWith('_proj.weight'))).toBe(true);
    expect(changed.length).toBe(7);
    const adapter = join(directory, 'adapted', 'adapter');
    const apart = await evaluateCausalLm(base(), texts(40, 6), {
      engine,
      adapter,
      maxLength: adapted.summary.maxLength,
    });
    expect(apart.loss).toBeCloseTo(adapted.summary.loss, 5);
    const prompts = texts(12, 7).map(({ prompt }) => prompt);
    const [one, two] = await Promise.all([
      loadGenerator(join(directory, 'adapted'), { engine }),
      loadGenerator(base(), { engine, adapter }),
    ]);
    expect(await one.generate(prompts, { maxNewTokens: 12 })).toEqual(
      await two.generate(prompts, { maxNewTokens: 12 }),
    );
  });

  it("ends a text at the eos_token of the adapter's own tokenizer, as TRL saves one", async () => {
    const adapter = join(directory, 'with-tokenizer');
    cpSync(join(directory, 'adapted', 'adapter'), adapter, { recursive: true });
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(base(), name), join(adapter, name));
    const [prompt] = texts(1, 7).map((text) => text.prompt);
    const greedy = { maxNewTokens: 4 };
    const plain = await loadGenerator(base(), { engine, adapter });
    const [before] = await plain.generate([prompt], greedy);
    const [first] = plain.tokenizer.encode(before.text, { addSpecialTokens: false }).ids;
    const config = json('with-tokenizer', 'tokenizer_config.json');
    const eos_token = plain.tokenizer.idToToken(first);
    writeFileSync(join(adapter, 'tokenizer_config.json'), JSON.stringify({ ...config, eos_token }));
    const [after] = await (await loadGenerator(base(), { engine, adapter })).generate([prompt], greedy);
    expect(before.tokens).toBeGreaterThan(1);
    expect(after).toMatchObject({ ended: 'stop', tokens: 0 });
  });

  it('has checkpoints of what is trained alone, and goes on from them to the same bytes', async () => {
    const args = { learningRate: 1e-2, numTrainEpochs: 3, saveSteps: 4, evalSteps: 5 };
    await adapt('uncut', { arguments: args });
    const abort = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 9) abort.abort(new Error('enough'));
    };
    await expect(adapt('again', { arguments: args, onEvent, signal: abort.signal })).rejects.toThrow('enough');
    const place = join(directory, 'again', 'checkpoints');
    const [checkpoint] = readdirSync(place);
    const names = async (file: string) => {
      const weights = await openSafetensors(join(place, checkpoint, file));
      await weights.close();
      return [...weights.tensors.keys()];
    };
    for (const file of ['model.safetensors', 'best.safetensors'])
      expect((await names(file)).filter((name) => !/lora_[AB]/.test(name))).toEqual([]);
    expect(await names('model.safetensors')).toHaveLength(14);
    await adapt('again', { arguments: args, resume: true });
    for (const file of [
      ['model', 'model.safetensors'],
      ['adapter', 'adapter_model.safetensors'],
    ]) {
      expect(bytes('again', ...file).equals(bytes('uncut', ...file))).toBe(true);
      expect(bytes('again', ...file).equals(bytes('adapted', ...file))).toBe(true);
    }
  });

  it.each<[string, Partial<CausalLmFitOptions>, string, RegExp]>([
    ['a new model', { model: 'new' }, 'LORA_INVALID', /expected a trained model, got "new"/],
    ['a target that is not there', { lora: { ...lora, targetModules: ['query'] } }, 'LORA_TARGET', /matches nothing/],
    ['the decoder, which is the embeddings', { lora: { ...lora, targetModules: ['lm_head'] } }, 'LORA_MERGE', /own/],
    ['all of it frozen', { arguments: { freeze: ['*'] } }, 'FREEZE_INVALID', /a parameter left to train/],
    ['label smoothing', { arguments: { labelSmoothingFactor: 0.1 } }, 'ARGUMENT_INVALID', /labelSmoothingFactor/],
  ])('refuses %s before anything is written', async (_, more, code, message) => {
    await expect(adapt('refused', more)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(join(directory, 'refused'))).toBe(false);
  });

  it('adapts a decoder that is the embeddings beside the model, as PEFT does, and both are read from there', async () => {
    const tied = { ...lora, targetModules: ['lm_head', 'q_proj'] };
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const { summary } = await adapt('tied', { lora: tied, mergeAdapter: false, onNote });
    expect(notes.filter((note) => note.includes('no model/ is written'))).toEqual([
      expect.not.stringContaining('merge'),
    ]);
    expect(existsSync(join(directory, 'tied', 'model'))).toBe(false);
    expect(json('tied', 'adapter', 'adapter_config.json').target_modules).toEqual(['lm_head', 'q_proj']);
    const measured = await evaluateCausalLm(join(directory, 'tied'), texts(40, 6), { engine });
    expect(measured.loss).toBeCloseTo(summary.loss, 5);
    const before = await evaluateCausalLm(base(), texts(40, 6), { engine });
    expect(Math.abs(before.loss - measured.loss)).toBeGreaterThan(1e-3);
    const [{ text }] = await (await loadGenerator(join(directory, 'tied'), { engine })).generate([
      texts(1, 6)[0].prompt,
    ]);
    expect(text.length).toBeGreaterThan(0);
  });

  it('freezes adapters of the first layers, where it is told to', async () => {
    await expect(adapt('layers', { arguments: { freezeLayers: 1 } })).rejects.toMatchObject({ code: 'FREEZE_INVALID' });
  });
});

describe('LoRA of an encoder', () => {
  const sentences = toySentences(60, 3);
  const plain = toySentences(60, 4).map(({ words }) => words.join(' '));
  const run = (out: string) => ({ engine, out: join(directory, out), arguments: { maxSteps: 8, learningRate: 1e-2 } });
  const own = { r: 2, alpha: 4, targetModules: ['q_lin', 'v_lin'] };

  it('learns a tagger whose head is trained whole, and a masked language model', async () => {
    mkdirSync(join(directory, 'encoder'));
    const newConfig = { n_layers: 1, dim: 32, n_heads: 2, hidden_dim: 64, max_position_embeddings: 64 };
    const textParts = { train: plain, validation: plain };
    const pretrained = { data: textParts, model: 'new', newConfig, chunkLength: 16, ...run('encoder/mlm') };
    await fitMaskedLm(pretrained);
    const model = join(directory, 'encoder', 'mlm', 'model');
    const tagged = { train: sentences, validation: sentences };
    const { summary } = await fitTokenClassifier({ data: tagged, model, lora: own, ...run('encoder/tagger') });
    const labels = Object.keys(json('encoder', 'tagger', 'model', 'config.json').id2label).length;
    expect(summary.trainableParameters).toBe(2 * 2 * (32 + 32) + labels * 33);
    expect(json('encoder', 'tagger', 'adapter', 'adapter_config.json').modules_to_save).toEqual(['classifier']);
    const masked = await fitMaskedLm({
      ...pretrained,
      model,
      newConfig: undefined,
      lora: own,
      ...run('encoder/again'),
    });
    expect(masked.summary.trainableParameters).toBe(2 * 2 * (32 + 32));
    const headless = join(directory, 'encoder', 'tagger', 'model');
    const fresh = await fitMaskedLm({ ...pretrained, model: headless, lora: own, ...run('encoder/fresh') });
    expect(fresh.summary.trainableParameters).toBeGreaterThan(2 * 2 * (32 + 32) + 32 * 32);
  });

  it('trains the pooler that a masked language model lacks, and saves it with the head', async () => {
    const sizes = { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 64 };
    const newConfig = { model_type: 'bert', ...sizes, max_position_embeddings: 64 };
    const masked = { train: plain, validation: plain };
    await fitMaskedLm({ data: masked, model: 'new', newConfig, chunkLength: 16, ...run('bert') });
    const labeled = { texts: plain, labels: plain.map((_, i) => (i % 2 === 0 ? 'even' : 'odd')) };
    const model = join(directory, 'bert', 'model');
    const lora = { r: 2, modulesToSave: ['LayerNorm'] };
    const sets = { train: labeled, validation: labeled };
    await fitSequenceClassifier({ data: sets, model, lora, quantize: 'int8', ...run('bert-classes') });
    const saved = json('bert-classes', 'adapter', 'adapter_config.json').modules_to_save;
    expect(saved).toEqual(['LayerNorm', 'bert.pooler.dense', 'classifier']);
    const predictor = await loadPredictor(join(directory, 'bert-classes'), { engine });
    expect(await predictor.predict(plain.slice(0, 2))).toHaveLength(2);
  });
});
