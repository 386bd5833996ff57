import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/temporary';
import { tinyConfig, tinyParameters } from '../../../test/tiny';
import { initializeAdapter, type LoraModel, withLora } from '../../lora/with-lora';
import { type Model, modelForTask, modelWithHead } from '../../model';
import { quantized, quantizeParameters } from '../../quantized/quantized';
import { readAll } from '../../testing/golden';
import { writeSafetensors } from '../checkpoint/write-safetensors';
import { type AdapterBase, loadAdapter, saveAdapter } from './adapter';

const classes = { id2label: { 0: 'a', 1: 'b', 2: 'c' } };
const distilbert = modelForTask(tinyConfig('distilbert', classes), 'sequence-classification');
const base = { model: distilbert, parameters: tinyParameters(distilbert) };
const options = { r: 2, alpha: 4, dropout: 0.1, targetModules: ['q_lin', 'v_lin'], useRslora: true };

const parametersOf = (model: LoraModel, seed = 3) => ({
  ...tinyParameters(model.base),
  ...initializeAdapter(model, seed),
});

async function saved(model: LoraModel): Promise<string> {
  const directory = temporaryDirectory();
  await saveAdapter(directory, { model, parameters: parametersOf(model), baseModel: 'a/base' });
  return directory;
}

const configOf = (directory: string) => JSON.parse(readFileSync(join(directory, 'adapter_config.json'), 'utf8'));

/** A saved adapter whose configuration says something else. */
async function configured(change: object): Promise<string> {
  const directory = await saved(withLora(distilbert, options));
  const config = { ...configOf(directory), ...change };
  writeFileSync(join(directory, 'adapter_config.json'), JSON.stringify(config));
  return directory;
}

/** A saved adapter with tensors put in, or left out where they are undefined. */
async function withTensors(change: Record<string, { shape: number[]; data: Float32Array } | undefined>) {
  const directory = await saved(withLora(distilbert, options));
  const path = join(directory, 'adapter_model.safetensors');
  const all = { ...(await readAll(path)), ...change };
  const tensors = Object.entries(all).flatMap(([name, tensor]) =>
    tensor ? [{ name, shape: tensor.shape, data: tensor.data as Float32Array }] : [],
  );
  await writeSafetensors(path, tensors);
  return directory;
}

const fails = (directory: Promise<string>, code: string, text: string, on: AdapterBase = base) =>
  expect(directory.then((path) => loadAdapter(path, on))).rejects.toMatchObject({
    name: 'AttuneError',
    code,
    message: expect.stringContaining(text),
  });

it('is refused where it names a base of another family that is there', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'config.json'), '{"model_type": "qwen2"}');
  const other = `base_model_name_or_path expected a distilbert, as the base is, got "${directory}", a "qwen2"; load that one`;
  await fails(configured({ base_model_name_or_path: directory }), 'ADAPTER_BASE', other);
  for (const more of [{ base_model_name_or_path: join(directory, 'none') }, { base_model_name_or_path: null }])
    await expect(loadAdapter(await configured(more), base)).resolves.toBeTruthy();
  writeFileSync(join(directory, 'config.json'), '{"model_type": "distilbert"}');
  await expect(loadAdapter(await configured({ base_model_name_or_path: directory }), base)).resolves.toBeTruthy();
});

describe('an adapter', () => {
  it.each([
    options,
    { r: 1, alpha: 1, targetModules: 'all-linear' },
    { r: 1, alpha: 1, targetModules: '.*_lin', modulesToSave: ['pre_classifier', 'embeddings'] },
  ])('comes back with its options and what it trains: %j', async (options) => {
    const model = withLora(distilbert, options);
    const { model: loaded, parameters } = await loadAdapter(await saved(model), base);
    expect(parameters).toEqual(parametersOf(model));
    expect(loaded.adapted).toEqual(model.adapted);
    const names = Object.keys(model.specs);
    expect(names.filter(loaded.isTrainable)).toEqual(names.filter(model.isTrainable));
    const {
      targetModules: _,
      modulesToSave: __,
      ...numbers
    } = options as typeof options & { modulesToSave?: string[] };
    expect(loaded.options).toMatchObject(numbers);
  });

  it("is saved under PEFT's names, a classifier's head with it", async () => {
    const directory = await saved(withLora(distilbert, options));
    expect(configOf(directory)).toEqual({
      peft_type: 'LORA',
      task_type: 'SEQ_CLS',
      base_model_name_or_path: 'a/base',
      r: 2,
      lora_alpha: 4,
      lora_dropout: 0.1,
      use_rslora: true,
      target_modules: ['q_lin', 'v_lin'],
      modules_to_save: ['classifier'],
      bias: 'none',
      fan_in_fan_out: false,
      init_lora_weights: true,
      inference_mode: true,
    });
    const names = Object.keys(await readAll(join(directory, 'adapter_model.safetensors')));
    const layers = [0, 1].flatMap((layer) =>
      ['q_lin', 'v_lin'].flatMap((module) =>
        ['A', 'B'].map((x) => `distilbert.transformer.layer.${layer}.attention.${module}.lora_${x}.weight`),
      ),
    );
    const heads = ['classifier', 'pre_classifier'].flatMap((name) => [`${name}.bias`, `${name}.weight`]);
    expect(names.sort()).toEqual([...layers, ...heads].map((name) => `base_model.model.${name}`).sort());
  });

  it.each(['roberta', 'electra'] as const)('has every part of the head that a %s names classifier', async (type) => {
    const model = modelForTask(tinyConfig(type, classes), 'sequence-classification');
    const adapted = withLora(model, { ...options, targetModules: ['query', 'dense'] });
    const directory = await saved(adapted);
    const names = Object.keys(await readAll(join(directory, 'adapter_model.safetensors')));
    const head = ['dense.bias', 'dense.weight', 'out_proj.bias', 'out_proj.weight'];
    expect(names.filter((name) => name.includes('classifier')).sort()).toEqual(
      head.map((name) => `base_model.model.classifier.${name}`),
    );
    expect(adapted.adapted.filter(({ name }) => name.startsWith('classifier'))).toEqual([]);
    const base = quantized(model, { format: 'nf4', keep: ['classifier'] });
    expect([...base.quantized.weights].filter((name) => name.startsWith('classifier'))).toEqual([]);
    const again = await loadAdapter(directory, { model, parameters: tinyParameters(model) });
    expect(Object.keys(again.model.specs).filter(again.model.isTrainable).length).toBe(names.length);
  });

  it('names each module where PEFT would adapt others, or what is saved whole', async () => {
    const targets = async (targetModules: string | string[]) =>
      configOf(await saved(withLora(distilbert, { ...options, targetModules }))).target_modules;
    const layers = ['distilbert.transformer.layer.0', 'distilbert.transformer.layer.1'];
    expect(await targets('.*(q_lin|classifier)')).toEqual(layers.map((layer) => `${layer}.attention.q_lin`));
    expect(await targets(['ffn.lin1'])).toEqual(['ffn.lin1']);
    const apart = withLora(distilbert, { ...options, modulesToSave: ['0.ffn.lin1'], targetModules: ['lin1'] });
    expect(configOf(await saved(apart)).target_modules).toEqual([`${layers[1]}.ffn.lin1`]);
  });

  it('is not written of a head whose matrix is quantized, and so was not trained', async () => {
    const frozen = quantized(distilbert, { format: 'nf4' });
    const model = withLora(frozen, { ...options, targetModules: ['q_lin'] });
    const parameters = { ...quantizeParameters(frozen, base.parameters), ...initializeAdapter(model, 1) };
    await expect(saveAdapter(temporaryDirectory(), { model, parameters })).rejects.toMatchObject({
      code: 'LORA_TARGET',
      message: expect.stringContaining(
        "got pre_classifier; load the model with quantize: { format, keep: ['pre_classifier'] }",
      ),
    });
  });

  it('has no codes beside what it holds whole', async () => {
    const whole = { ...options, targetModules: ['q_lin'], modulesToSave: ['v_lin'] };
    const directory = saved(withLora(distilbert, whole));
    const codesOf = (keep: string[]) => {
      const model = quantized(distilbert, { format: 'nf4', keep });
      return { model, parameters: quantizeParameters(model, base.parameters) };
    };
    await fails(
      directory,
      'ADAPTER_BASE',
      "that are not quantized, got distilbert.transformer.layer.0.attention.v_lin; load the base with quantize: { format, keep: ['",
      codesOf([]),
    );
    const { parameters } = await loadAdapter(await directory, codesOf(['v_lin']));
    expect(Object.keys(parameters).filter((name) => /v_lin\.weight/.test(name))).toEqual([
      'distilbert.transformer.layer.0.attention.v_lin.weight',
      'distilbert.transformer.layer.1.attention.v_lin.weight',
    ]);
  });

  it('takes names that are of other models, and a head that PEFT names in vain', async () => {
    const directory = configured({
      target_modules: ['q_lin', 'v_lin', 'q_proj'],
      modules_to_save: ['classifier', 'score'],
    });
    const { model } = await loadAdapter(await directory, base);
    expect(model.adapted.length).toBe(4);
  });

  it('holds embeddings that are the decoder too under both names, which have to agree', async () => {
    const llama = modelForTask(tinyConfig('llama', { tie_word_embeddings: true }), 'causal-lm');
    const model = withLora(llama, { ...options, targetModules: ['q_proj'], modulesToSave: ['embed_tokens'] });
    const directory = await saved(model);
    expect(configOf(directory).ensure_weight_tying).toBe(true);
    const file = join(directory, 'adapter_model.safetensors');
    const all = await readAll(file);
    const [table, decoder] = ['model.embed_tokens', 'lm_head'].map((name) => all[`base_model.model.${name}.weight`]);
    expect(decoder.data).toEqual(table.data);
    const other = { model: llama, parameters: tinyParameters(llama, 9) };
    expect((await loadAdapter(directory, other)).parameters['model.embed_tokens.weight'].data).toEqual(table.data);
    const apart = {
      ...all,
      'base_model.model.lm_head.weight': {
        ...decoder,
        data: Float32Array.from(decoder.data as Float32Array, (x) => 2 * x),
      },
    };
    const tensors = Object.entries(apart).map(([name, { shape, data }]) => ({
      name,
      shape,
      data: data as Float32Array,
    }));
    await writeSafetensors(file, tensors);
    await fails(Promise.resolve(directory), 'ADAPTER_BASE', 'lm_head.weight" expected the base\'s own numbers', other);
  });

  it.each([
    ['lm_head', ['lm_head'], ['lm_head']],
    ['both, which differ', ['lm_head', 'embed_tokens'], ['lm_head', 'model.embed_tokens']],
    ['the embeddings alone', ['embed_tokens'], ['model.embed_tokens']],
  ])('unties a head for %s trained in full, as PEFT does', async (_, modulesToSave, inFile) => {
    const config = (isTied: boolean) => tinyConfig('llama', { tie_word_embeddings: isTied });
    const [tied, untied] = [true, false].map((isTied) => modelForTask(config(isTied), 'causal-lm'));
    const model = withLora(untied, { ...options, targetModules: ['q_proj'], modulesToSave });
    const directory = await saved(model); // of an untied model: what PEFT writes for a tied one
    const trained = parametersOf(model);
    const onto = { model: tied, parameters: tinyParameters(tied, 9) };
    const loaded = await loadAdapter(directory, onto);
    expect(Object.keys(loaded.model.tied)).toEqual([]);
    for (const module of ['lm_head', 'model.embed_tokens']) {
      const expected = inFile.includes(module)
        ? trained[`${module}.weight`]
        : onto.parameters['model.embed_tokens.weight'];
      expect(loaded.parameters[`${module}.weight`].data).toEqual(expected.data);
    }
    const small = quantized(tied, { format: 'int8' });
    const onQuantized = { model: small, parameters: quantizeParameters(small, onto.parameters) };
    await fails(Promise.resolve(directory), 'ADAPTER_UNSUPPORTED', 'a separate head', onQuantized);
  });

  it('of a model with a head of your own holds that head', async () => {
    const head = { specs: () => ({ 'score.weight': { shape: [1, 16], dtype: 'float32' as const } }) };
    const own: Model = modelWithHead(distilbert.config, { ...head, logits: (x) => x, loss: (x) => x });
    const model = withLora(own, options);
    expect(Object.keys(own.specs).filter(model.isTrainable)).toEqual(['score.weight']);
    const other = { model: own, parameters: tinyParameters(own, 9) };
    const { parameters } = await loadAdapter(await saved(model), other);
    expect(parameters['score.weight']).toEqual(parametersOf(model)['score.weight']);
    expect(parameters['distilbert.embeddings.word_embeddings.weight']).toEqual(
      other.parameters['distilbert.embeddings.word_embeddings.weight'],
    );
  });
});

describe('what does not fit is refused by name', () => {
  const q = 'base_model.model.distilbert.transformer.layer.0.attention.q_lin';
  const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });

  it('a base of another family, of other sizes, or with other labels', async () => {
    const bert = modelForTask(tinyConfig('bert', classes), 'sequence-classification');
    const of = (model: Model) => ({ model, parameters: tinyParameters(model) });
    const adapter = () => saved(withLora(distilbert, options));
    await fails(adapter(), 'ADAPTER_BASE', 'target_modules expected a module of the base', of(bert));
    const wide = modelForTask(tinyConfig('distilbert', { ...classes, dim: 20 }), 'sequence-classification');
    await fails(adapter(), 'ADAPTER_BASE', 'expected the shape', of(wide));
    const deep = modelForTask(tinyConfig('distilbert', { ...classes, n_layers: 3 }), 'sequence-classification');
    await fails(adapter(), 'ADAPTER_BASE', 'layer.2.attention.q_lin.lora_A.weight, found none', of(deep));
    const shallow = modelForTask(tinyConfig('distilbert', { ...classes, n_layers: 1 }), 'sequence-classification');
    await fails(adapter(), 'ADAPTER_BASE', 'which the base has no place for', of(shallow));
    const two = modelForTask(tinyConfig('distilbert', { id2label: { 0: 'a', 1: 'b' } }), 'sequence-classification');
    await fails(adapter(), 'ADAPTER_BASE', 'classifier.weight expected the shape [2,16], got [3,16]', of(two));
  });

  it('tensors that are missing, of another rank, unknown, or not the numbers of the base', async () => {
    await fails(withTensors({ [`${q}.lora_A.weight`]: undefined }), 'ADAPTER_BASE', 'found none');
    await fails(withTensors({ [`${q}.lora_A.weight`]: zeros(3, 16) }), 'ADAPTER_BASE', 'expected the shape [2,16]');
    const rank =
      '.lora_B.weight expected the shape [16,2], of r 2 in adapter_config.json, got [16,5]; write "r": 5 there';
    await fails(withTensors({ [`${q}.lora_B.weight`]: zeros(16, 5) }), 'ADAPTER_BASE', rank);
    await fails(withTensors({ [`${q}.lora_C.weight`]: zeros(1) }), 'ADAPTER_BASE', 'no place for');
    await fails(withTensors({ 'base_model.model.constructor': zeros(1) }), 'ADAPTER_BASE', 'no place for');
    await fails(withTensors({ [`${q}.base_layer.weight`]: zeros(16, 16) }), 'ADAPTER_BASE', "the base's own numbers");
  });

  it('a table of words of a base that was resized, with the numbers of rows', async () => {
    const table = 'distilbert.embeddings.word_embeddings.weight';
    const [rows, width] = distilbert.specs[table].shape;
    const resized = withTensors({ [`base_model.model.${table}`]: zeros(rows + 1, width) });
    const message = `has ${rows + 1} rows, the base's table ${rows}: the adapter was trained on a base whose embeddings were resized`;
    await fails(resized, 'ADAPTER_BASE', message);
    await fails(resized, 'ADAPTER_BASE', `m.resize_token_embeddings(${rows + 1})`);
  });

  it('weights that older versions of PEFT pickled, with the command that converts them', async () => {
    const directory = await saved(withLora(distilbert, options));
    renameSync(join(directory, 'adapter_model.safetensors'), join(directory, 'adapter_model.bin'));
    await fails(
      Promise.resolve(directory),
      'CHECKPOINT_FORMAT',
      'got adapter_model.bin, a format that is not supported; convert it',
    );
  });

  it('files that are missing', async () => {
    const directory = Promise.resolve(temporaryDirectory());
    await fails(directory, 'CHECKPOINT_MISSING', 'adapter_config.json');
  });

  it.each([
    [{ peft_type: 'IA3' }, 'ADAPTER_UNSUPPORTED', 'peft_type expected "LORA", got "IA3"'],
    [{ use_dora: true }, 'ADAPTER_UNSUPPORTED', 'use_dora'],
    [{ rank_pattern: { q_lin: 4 } }, 'ADAPTER_UNSUPPORTED', 'rank_pattern'],
    [{ bias: 'all' }, 'ADAPTER_UNSUPPORTED', 'bias'],
    [{ init_lora_weights: 'pissa' }, 'ADAPTER_UNSUPPORTED', 'init_lora_weights'],
    [{ r: 0 }, 'ADAPTER_CONFIG', 'r is out of range: 0'],
    [{ lora_alpha: 'x' }, 'ADAPTER_CONFIG', 'lora_alpha is out of range: "x"'],
    [{ target_modules: 3 }, 'ADAPTER_CONFIG', 'target_modules expected a list of names, got 3'],
    [{ target_modules: 'nothing.*' }, 'LORA_TARGET', 'matches nothing'],
    [{ target_modules: '(?:[a-z._]+)+[!]' }, 'ADAPTER_CONFIG', 'which backtracks too long'],
  ])('a configuration with %j', async (change, code, text) => {
    await fails(configured(change), code, text);
  });
});
