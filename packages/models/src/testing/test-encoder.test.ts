import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, openCpuEngine } from '@attune/engine';
import { afterAll, describe, expect, it } from 'vitest';
import { goldens, hasGoldens } from '../../test/goldens';
import { testEncoder } from './test-encoder';

const fixture = fileURLToPath(new URL('../../fixtures/bert-single', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'attune-goldens-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const engine = openCpuEngine();

/** A copy of a golden with one number of one of its tensors changed. */
function damaged(source: string, { file, tensor, by }: { file: string; tensor: string; by: number }): string {
  const directory = mkdtempSync(join(scratch, 'damaged-'));
  cpSync(source, directory, { recursive: true });
  const path = join(directory, `${file}.safetensors`);
  const bytes = readFileSync(path);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const [start] = JSON.parse(bytes.toString('utf8', 8, end))[tensor].data_offsets;
  bytes.writeFloatLE(bytes.readFloatLE(end + start) + by, end + start);
  writeFileSync(path, bytes);
  return directory;
}

type Options = Parameters<typeof testEncoder>[0];

/** The titles of the tests that fail, without the engine's name. */
async function failures(options: Omit<Options, 'task' | 'engines'> & Partial<Options>): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, run } of testEncoder({ task: 'sequence-classification', engines: [engine], ...options }))
    await run().catch(() => failed.push(title.replace(' on cpu', '')));
  return failed;
}

const rows = ['the longest sequence', 'two of the longest', 'all sequences'];
const outputs = (what: string) => rows.map((held) => `has the ${what}, in rows that hold ${held}`);
const lacks = ['hidden states', 'steps'] as const;

describe('testEncoder', () => {
  it.each([
    ['a logit', { file: 'io', tensor: 'logits', by: 1e-4 }, outputs('logits and loss')],
    [
      'the loss',
      { file: 'io', tensor: 'loss', by: 1e-4 },
      ['has the gradients in the float64 replay', ...outputs('logits and loss')],
    ],
    [
      'a gradient',
      { file: 'io', tensor: 'grad.bert.encoder.layer.0.output.dense.bias', by: 1e-3 },
      ['has the gradients in the float64 replay', 'has the gradients'],
    ],
    [
      'a gradient that is zero in exact arithmetic',
      { file: 'io', tensor: 'grad.bert.encoder.layer.0.attention.self.key.bias', by: 2e-6 },
      ['has the gradients in the float64 replay', 'has the gradients'],
    ],
    [
      'a weight',
      { file: 'model', tensor: 'bert.encoder.layer.1.output.dense.weight', by: 0.01 },
      ['has the gradients in the float64 replay', ...outputs('logits and loss'), 'has the gradients'],
    ],
  ])('fails where %s is another', async (_, damage, failing) => {
    expect(await failures({ directory: damaged(fixture, damage), lacks })).toEqual(failing);
  });

  it('fails where a model looks at padding', async () => {
    const leaking: Engine = {
      ...engine,
      compile: (fn) => {
        const program = engine.compile(fn);
        const attended = (ids: Int32Array) => ids.map((id) => Math.max(id, 0));
        return {
          fn,
          run: ({ sequenceIds, ...batch }, parameters) => {
            const seen = { ...sequenceIds, data: attended(sequenceIds.data as Int32Array) };
            return program.run({ ...batch, sequenceIds: seen }, parameters);
          },
        };
      },
    };
    expect(await failures({ directory: fixture, engines: [leaking], lacks })).toContain(
      'computes the same whatever fills the rows',
    );
  });

  it('fails where a file is written otherwise than it was read', async () => {
    const directory = mkdtempSync(join(scratch, 'spaced-'));
    cpSync(fixture, directory, { recursive: true });
    const config = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8'));
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ ...config, architectures: ['BertModel'] }));
    expect(await failures({ directory, lacks })).toEqual(['is written back byte for byte, under the same class']);
  });

  it('fails for tensors that the model has no use for, naming them', async () => {
    const [first] = testEncoder({ directory: fixture, task: 'token-classification', engines: [] });
    await expect(first.run()).rejects.toThrow('with [bert.pooler.dense.bias,bert.pooler.dense.weight]');
  });

  it('fails where a golden lacks what nobody said it lacks', async () => {
    expect(await failures({ directory: fixture })).toEqual([
      ...outputs('logits, loss and hidden states'),
      'takes the optimizer steps',
    ]);
    const [, , first] = testEncoder({ directory: fixture, task: 'sequence-classification', engines: [engine] });
    await expect(first.run()).rejects.toThrow('expected a tensor "hidden_states.0", found none');
  });
});

describe.skipIf(!hasGoldens)('testEncoder on whole goldens (needs ../shared/goldens)', () => {
  const source = `${goldens}distilbert-sequence`;
  const bias = 'distilbert.transformer.layer.0.ffn.lin1.bias';

  it.each([
    ['a hidden state', { file: 'io', tensor: 'hidden_states.1', by: 1e-3 }, outputs('logits, loss and hidden states')],
    ['a trained parameter', { file: 'after', tensor: bias, by: 6e-4 }, ['takes the optimizer steps']],
  ])('fails where %s is another', async (_, damage, failing) => {
    expect(await failures({ directory: damaged(source, damage) })).toEqual(failing);
  });

  it('fails where a step was another', async () => {
    const directory = mkdtempSync(join(scratch, 'steps-'));
    cpSync(source, directory, { recursive: true });
    const meta = JSON.parse(readFileSync(join(directory, 'meta.json'), 'utf8'));
    meta.steps[2].lr *= 1.1;
    writeFileSync(join(directory, 'meta.json'), JSON.stringify(meta));
    expect(await failures({ directory })).toEqual(['takes the optimizer steps']);
  });
});
