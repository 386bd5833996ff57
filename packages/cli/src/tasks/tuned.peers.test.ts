import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../test/files';

/*
 * The figures of a tuned run's model card, computed anew by transformers and transformers.js from what is published. `npm run
 * test:peers` brings both: PEER_PYTHON is a Python with torch and transformers.
 */
const { PEER_PYTHON: python = '' } = process.env;
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const hasTransformersJs = existsSync(join(root, 'benchmarks', 'node_modules', '@huggingface', 'transformers'));

interface Peer {
  readonly logits: number[][];
  readonly answers: string[];
  readonly halves: string[][];
  readonly sets?: string[][];
}

function outputOf(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Words of one label, of which every fourth text is labeled otherwise: rates that accuracy and macro-F1 want to meet differently. */
const rowsOf = (count: number, from: number) =>
  farmAndCode(4 * (from + count))
    .slice(4 * from)
    .filter(({ id }) => id % 2 === 0 || id % 8 === 1)
    .map(({ text, label, id }) => ({ text, label: id % 10 === 0 ? 'code' : id % 14 === 3 ? 'farm' : label }));
const severalOf = (count: number, from: number) =>
  rowsOf(count, from).map(({ text, label }, i) => ({ text, label: i % 5 === 0 ? `${label};rare` : label }));

interface Trained {
  readonly run: string;
  readonly card: string;
  readonly test: readonly { readonly text: string; readonly label: string }[];
  readonly texts: string;
}

const families = {
  distilbert: { n_layers: 1, dim: 32, n_heads: 2, hidden_dim: 64 },
  bert: {
    ...{ model_type: 'bert', num_hidden_layers: 1, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 },
  },
};

async function trained(
  directory: string,
  {
    name,
    family,
    rows = rowsOf,
    flags,
  }: { name: string; family: object; rows?: typeof rowsOf; flags: readonly string[] },
): Promise<Trained> {
  const [train, validation, test] = [rows(30, 0), rows(30, 40), rows(30, 80)];
  const files = { data: train, 'eval-data': validation, 'test-data': test };
  const named = Object.entries(files).flatMap(([flag, part]) => [
    `--${flag}`,
    fileIn(directory, `${name}-${flag}.csv`, csv(part)),
  ]);
  const config = { ...family, vocab_size: 200, max_position_embeddings: 64, initializer_range: 0.2 };
  const run = join(directory, name);
  const model = ['--model', 'new', '--model-config', fileIn(directory, `${name}.json`, JSON.stringify(config))];
  const { code, stderr } = await attune([
    ...['train', '--task', 'sequence-classification', ...named, '--text', 'text', '--label', 'label', ...model],
    ...['--epochs', '4', '--batch-size', '8', '--learning-rate', '2e-3', '--max-length', '64', '--engine', 'onnx'],
    ...['--tune-threshold', '--calibrate', '--out', run, ...flags],
  ]);
  if (code !== 0) throw new Error(stderr);
  const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
  const texts = fileIn(directory, `${name}-texts.json`, JSON.stringify(test.map(({ text }) => text)));
  return { run, card, test, texts };
}

const inPython = ({ run, texts }: Trained, model = join(run, 'model')): Peer =>
  outputOf(python, [join('peers', 'decide.py'), model, texts]);

async function inTransformersJs({ run, texts }: Trained): Promise<number[]> {
  const output = join(run, 'export');
  const { code, stderr } = await attune(['export', run, '--format', 'onnx', '--output', output]);
  if (code !== 0) throw new Error(stderr);
  return outputOf(process.execPath, [join('peers', 'decide.mjs'), output, texts]).logits;
}

const share = (isRight: readonly boolean[]) => (isRight.filter(Boolean).length / isRight.length).toFixed(3);

describe.skipIf(!python).each(Object.keys(families) as (keyof typeof families)[])(
  'a tuned %s of one label a text (needs PEER_PYTHON)',
  (family) => {
    const directory = temporaryDirectory(afterAll);
    let own: Trained;
    beforeAll(async () => {
      own = await trained(directory, { name: family, family: families[family], flags: ['--baseline', 'none'] });
    }, 60_000);
    const figures = () => {
      const { card } = own;
      const accuracy = /^- Accuracy: (\S+)$/m.exec(card)?.[1];
      const before = /^- Without the offsets in its last layer: accuracy (\S+), /m.exec(card)?.[1];
      return { accuracy, before };
    };

    it('has its accuracy in transformers, not the one before', () => {
      const { answers } = inPython(own);
      expect(share(answers.map((answer, i) => answer === own.test[i].label))).toBe(figures().accuracy);
      expect(figures().before).not.toBe(figures().accuracy);
    });

    it.skipIf(!hasTransformersJs)('has it in transformers.js (needs npm install --prefix benchmarks)', async () => {
      const logits = await inTransformersJs(own);
      const answers = own.test.map((_, i) => (logits[2 * i] >= logits[2 * i + 1] ? 'code' : 'farm'));
      expect(share(answers.map((answer, i) => answer === own.test[i].label))).toBe(figures().accuracy);
    });
  },
);

describe.skipIf(!python)('a tuned model of several labels a text (needs PEER_PYTHON)', () => {
  const directory = temporaryDirectory(afterAll);
  let own: Trained;
  beforeAll(async () => {
    const flags = ['--baseline', 'none', '--problem-type', 'multi_label_classification'];
    own = await trained(directory, { name: 'several', family: families.bert, rows: severalOf, flags });
  }, 60_000);
  const whole = (sets: readonly (readonly string[])[]) =>
    share(sets.map((set, i) => set.join(';') === own.test[i].label.split(';').sort().join(';')));
  const figures = () => ({
    half: /^- Whole sets right: (\S+), each label from a score of 0.5$/m.exec(own.card)?.[1],
    tuned: /^- At the tuned thresholds, .*whole sets right (\S+)$/m.exec(own.card)?.[1],
  });

  it('has both its figures in transformers: at one half, and at the thresholds in config.json', () => {
    const { halves, sets } = inPython(own);
    expect({ half: whole(halves), tuned: whole(sets!) }).toEqual(figures());
    expect(figures().half).not.toBe(figures().tuned);
  });

  it.skipIf(!hasTransformersJs)('has them in transformers.js (needs npm install --prefix benchmarks)', async () => {
    const logits = await inTransformersJs(own);
    const { attune_decision, id2label } = JSON.parse(readFileSync(join(own.run, 'export', 'config.json'), 'utf8'));
    const { temperature, threshold } = attune_decision;
    const names: string[] = Object.values(id2label);
    const setsBy = (isGiven: (logit: number, name: string) => boolean) =>
      own.test.map((_, i) => names.filter((name, k) => isGiven(logits[names.length * i + k], name)));
    const tuned = setsBy((logit, name) => 1 / (1 + Math.exp(-logit / temperature)) >= threshold[name]);
    expect({ half: whole(setsBy((logit) => logit >= 0)), tuned: whole(tuned) }).toEqual(figures());
  });
});
