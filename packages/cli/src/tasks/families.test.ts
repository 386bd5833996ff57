import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { families } from '@attune/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../test/files';
import { conll, skillSentences } from '../../test/sentences';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** Where each family's positions and widths are its own, small. */
const sizes = { num_hidden_layers: 2, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 };
const common = { ...sizes, vocab_size: 200, initializer_range: 0.2 };
const configs = {
  electra: { ...common, embedding_size: 16, max_position_embeddings: 64 },
  mpnet: { ...common, max_position_embeddings: 66 },
  roberta: { ...common, max_position_embeddings: 66 },
  'xlm-roberta': { ...common, max_position_embeddings: 66 },
} as const;

async function succeeding(argv: readonly string[]) {
  const done = await attune(argv);
  if (done.code !== 0) throw new Error(`attune ${argv.join(' ')}\n${done.stderr}`);
  return done;
}

describe.each(Object.keys(configs) as (keyof typeof configs)[])('attune on a %s', (type) => {
  const directory = temporaryDirectory(afterAll);
  const at = (name: string) => join(directory, name);
  const { classes } = families[type].format as unknown as { classes: Record<string, string> };
  const epochs = type === 'mpnet' ? '6' : '4';
  const how = ['--epochs', epochs, '--batch-size', '8', '--learning-rate', '3e-3', '--engine', 'onnx'];
  const rows = farmAndCode(160);
  const texts = ['--text', 'text'];
  let data: string;

  beforeAll(async () => {
    data = fileIn(directory, 'data.csv', csv(rows));
    const config = fileIn(directory, 'config.json', JSON.stringify({ model_type: type, ...configs[type] }));
    const source = [
      '--model',
      'new',
      '--model-config',
      config,
      '--split',
      '70/30',
      '--epochs',
      '1',
      '--engine',
      'onnx',
    ];
    await succeeding(['train', '--task', 'masked-lm', '--data', data, ...texts, ...source, '--out', at('adapted')]);
  }, 60_000);

  it('begins anew, for masked words, with the padding of its vocabulary', async () => {
    const config = json(at('adapted'), 'model', 'config.json');
    const pad_token_id = type === 'mpnet' ? 1 : 0; // MPNet's own, whatever the vocabulary
    expect(config).toMatchObject({ model_type: type, architectures: [classes['masked-lm']], pad_token_id });
    const { model } = json(at('adapted'), 'model', 'tokenizer.json');
    const ids = [model.vocab['[CLS]'], model.vocab['[SEP]']]; // an ELECTRA has no such entries in Python either
    expect([config.bos_token_id, config.eos_token_id]).toEqual(type === 'electra' ? [undefined, undefined] : ids);
    expect(config.max_position_embeddings).toBe(64 + (type === 'electra' ? 0 : pad_token_id + 1));
    expect(json(at('adapted'), 'model', 'tokenizer_config.json')).toMatchObject({ model_max_length: 64 });
    const { stdout } = await succeeding(['eval', at('adapted'), '--data', data, ...texts, '--json', '--engine', 'cpu']);
    expect(JSON.parse(stdout).perplexity).toBeGreaterThan(1);
  });

  it('classifies, evaluates, predicts in 8 bits, and exports, from a directory', async () => {
    const out = at('classes');
    const labeled = ['--data', data, ...texts, '--label', 'label'];
    const start = [
      '--model',
      join(at('adapted'), 'model'),
      '--layerwise-lr-decay',
      '0.9',
      '--freeze',
      `${families[type].prefix}.embeddings.*`,
    ];
    const { stderr } = await succeeding([
      'train',
      '--task',
      'sequence-classification',
      ...labeled,
      ...start,
      ...how,
      '--out',
      out,
    ]);
    const head = families[type].heads.sequenceClassification!;
    expect(stderr).toContain(`newly initialized: ${head.pooler}.weight`);
    expect(json(out, 'summary.json').accuracy).toBe(1);
    expect(json(out, 'model', 'config.json').architectures).toEqual([classes['sequence-classification']]);
    const { stdout } = await succeeding(['eval', out, ...labeled, '--json']);
    expect(JSON.parse(stdout).accuracy).toBe(1);
    for (const precision of ['fp32', 'int8']) {
      const flags = ['--input', data, ...texts, '--engine', 'onnx', '--precision', precision];
      const predicted = (await succeeding(['predict', out, ...flags])).stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(predicted.map(({ label }) => label)).toEqual(rows.map(({ label }) => label));
    }
    await succeeding(['export', out, '--format', 'onnx', '--precision', 'both', '--output', at('onnx')]);
    await succeeding(['export', out, '--format', 'savedmodel', '--output', at('savedmodel')]);
  });

  it('tags with adapters, merged in the end', async () => {
    const tags = ['--data', fileIn(directory, 'tags.conll', conll(skillSentences(80, 1)))];
    const adapters = [
      '--lora-r',
      '4',
      '--lora-target-modules',
      type === 'mpnet' ? 'q,v,dense' : 'query,value,dense',
      '--epochs',
      '1',
    ];
    const start = ['--model', join(at('adapted'), 'model'), '--freeze-layers', '1'];
    await succeeding([
      'train',
      '--task',
      'token-classification',
      ...tags,
      ...start,
      ...how,
      ...adapters,
      '--out',
      at('tags'),
    ]);
    expect(json(at('tags'), 'model', 'config.json').architectures).toEqual([classes['token-classification']]);
    const evaluated = await succeeding(['eval', at('tags'), ...tags, '--json']);
    expect(JSON.parse(evaluated.stdout).accuracy).toBeGreaterThan(0.3);
  });

  it('learns a number, from the mean of all, and several labels', async () => {
    const numbers = rows.map(({ text, label }, i) => ({ text, label: (label === 'farm' ? 1000 : 3000) + (i % 3) }));
    const several = rows.map(({ text, label }, i) => ({ text, label: i % 5 === 0 ? `${label};rare` : label }));
    const start = ['--model', join(at('adapted'), 'model'), '--baseline', 'none'];
    for (const [kind, own] of Object.entries({ regression: numbers, multi_label_classification: several })) {
      const table = ['--data', fileIn(directory, `${kind}.csv`, csv(own)), ...texts, '--label', 'label'];
      await succeeding([
        'train',
        '--task',
        'sequence-classification',
        ...table,
        '--problem-type',
        kind,
        ...start,
        ...how,
        '--out',
        at(kind),
      ]);
    }
    expect(json(at('regression'), 'summary.json').r2).toBeGreaterThan(0.5);
    expect(json(at('multi_label_classification'), 'summary.json').microF1).toBeGreaterThan(0.7);
  });

  it('takes as many tokens as there are positions behind the padding, and no more', async () => {
    const model = join(at('adapted'), 'model');
    const long = fileIn(directory, 'long.csv', csv([...rows, { ...rows[0], text: 'corn '.repeat(200) }]));
    const labeled = [
      '--data',
      long,
      ...texts,
      '--label',
      'label',
      '--model',
      model,
      '--epochs',
      '1',
      '--engine',
      'onnx',
    ];
    const refused = await attune([
      'train',
      '--task',
      'sequence-classification',
      ...labeled,
      '--max-length',
      '65',
      '--out',
      at('long'),
    ]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--max-length: expected at most 64')]);
    await succeeding([
      'train',
      '--task',
      'sequence-classification',
      ...labeled,
      '--baseline',
      'none',
      '--out',
      at('long'),
    ]);
    expect(json(at('long'), 'config.json').arguments.maxLength).toBe(64);
    const { stdout } = await succeeding([
      'check',
      '--task',
      'sequence-classification',
      long,
      ...texts,
      '--label',
      'label',
      '--model',
      model,
      '--json',
    ]);
    expect(stdout).toMatch(/"maxLength": ?64\b/);
    const predicted = await attune(['predict', at('long'), '--input', long, ...texts, '--max-length', '65']);
    expect([predicted.code, predicted.stderr]).toEqual([
      2,
      expect.stringContaining('--max-length: expected at most 64'),
    ]);
  });

  it.each([
    ['another family', (config: object) => ({ ...config, model_type: 'xlm-roberta-xl' }), 'got "xlm-roberta-xl"'],
    [
      'relative positions',
      (config: object) => ({ ...config, position_embedding_type: 'relative_key' }),
      'position_embedding_type expected "absolute"',
    ],
    ['a decoder', (config: object) => ({ ...config, is_decoder: true }), 'is_decoder expected false'],
    ['another activation', (config: object) => ({ ...config, hidden_act: 'gelu_new' }), 'hidden_act expected "gelu"'],
    ['more layers than there are', (config: object) => ({ ...config, num_hidden_layers: 3 }), 'tensors are missing'],
    ['other positions', (config: object) => ({ ...config, max_position_embeddings: 40 }), 'expected the shape'],
  ])('refuses %s by name', async (_, changed, message) => {
    const other = join(temporaryDirectory(), 'model');
    cpSync(join(at('adapted'), 'model'), other, { recursive: true });
    writeFileSync(join(other, 'config.json'), JSON.stringify(changed(json(other, 'config.json'))));
    const labeled = ['--data', data, ...texts, '--label', 'label', '--model', other, '--out', at('refused')];
    const { code, stderr } = await attune(['train', '--task', 'sequence-classification', ...labeled]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr).toContain(other);
  });

  it('refuses a vocabulary that is larger than the embedding', async () => {
    const other = join(temporaryDirectory(), 'model');
    cpSync(join(at('adapted'), 'model'), other, { recursive: true });
    const tokenizer = json(other, 'tokenizer.json');
    const size = Object.keys(tokenizer.model.vocab).length;
    for (const i of [0, 1]) tokenizer.model.vocab[`further${i}`] = size + i;
    writeFileSync(join(other, 'tokenizer.json'), JSON.stringify(tokenizer));
    const labeled = ['--data', data, ...texts, '--label', 'label', '--model', other, '--out', at('refused')];
    const { code, stderr } = await attune(['train', '--task', 'sequence-classification', ...labeled]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`the tokenizer has ${size + 2} entries, the model's embedding ${size}`),
    ]);
  });
});

it.each(['albert', 'deberta-v2', 'modernbert', 'xlm-roberta-xl', 'roberta-prelayernorm', 'robrta'])(
  'names the families that are there for a directory of %s',
  async (model_type) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'model'));
    fileIn(join(directory, 'model'), 'config.json', JSON.stringify({ model_type, hidden_size: 8 }));
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(40)));
    const types = Object.keys(families);
    for (const task of ['sequence-classification', 'masked-lm', 'token-classification']) {
      const own = task === 'sequence-classification' ? ['--label', 'label'] : [];
      const conllFile = fileIn(directory, 'tags.conll', conll(skillSentences(40, 1)));
      const input =
        task === 'token-classification' ? ['--data', conllFile] : ['--data', data, '--text', 'text', ...own];
      const { code, stderr } = await attune([
        'train',
        '--task',
        task,
        ...input,
        '--model',
        join(directory, 'model'),
        '--out',
        join(directory, 'run'),
      ]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(
          `model_type expected ${types.slice(0, -1).join(', ')} or ${types.at(-1)}, got "${model_type}"`,
        ),
      ]);
    }
  },
);

describe.each(['transformers-4', 'transformers-5'])('a directory that %s saved', (version) => {
  const fixtures = fileURLToPath(new URL('../../../models/fixtures/', import.meta.url));

  it.each(['roberta-sequence', 'electra-sequence'])('%s is predicted with, trained on and exported', async (name) => {
    const directory = temporaryDirectory();
    const source = join(fixtures, version, name);
    const { texts, logits, labels } = json(source, 'logits.json');
    const input = fileIn(directory, 'texts.csv', csv(texts.map((text: string) => ({ text }))));
    const { stdout } = await succeeding(['predict', source, '--input', input, '--text', 'text', '--engine', 'onnx']);
    const predicted = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    predicted.forEach(({ scores }, i) => {
      const own = logits.slice(3 * i, 3 * i + 3).map(Math.exp);
      const sum = own.reduce((a: number, b: number) => a + b, 0);
      labels.forEach((label: string, j: number) => expect(scores[label]).toBeCloseTo(own[j] / sum, 5));
    });
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(40)));
    const flags = ['--data', data, '--text', 'text', '--label', 'label', '--epochs', '1', '--engine', 'onnx'];
    const out = join(directory, 'run');
    const start = ['--task', 'sequence-classification', '--model', source, '--baseline', 'none', '--out', out];
    await succeeding(['train', ...flags, ...start]);
    const [before, after] = [source, join(out, 'model')].map((place) => json(place, 'config.json'));
    for (const key of ['model_type', 'max_position_embeddings', 'pad_token_id', 'vocab_size', 'type_vocab_size'])
      expect([key, after[key]]).toEqual([key, before[key]]);
    await succeeding(['export', out, '--format', 'onnx', '--precision', 'fp32', '--output', join(directory, 'onnx')]);
  });

  it.each(['roberta-masked', 'electra-masked'])('%s is adapted to texts', async (name) => {
    const directory = temporaryDirectory();
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(160)));
    const flags = ['--data', data, '--text', 'text', '--split', '70/30', '--epochs', '1', '--engine', 'onnx'];
    const out = join(directory, 'run');
    const source = join(fixtures, version, name);
    const { stderr } = await succeeding(['train', '--task', 'masked-lm', ...flags, '--model', source, '--out', out]);
    expect(stderr).not.toMatch(/newly initialized|not used/);
  });
});
