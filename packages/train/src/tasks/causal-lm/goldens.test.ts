import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { ignoredLabel } from '@attune/models';
import { loadAdapter, loadModel, openSafetensors } from '@attune/models/node';
import { describe, expect, it } from 'vitest';
import { trainingArguments } from '../../arguments/arguments';
import type { LossEvent } from '../../loop/events';
import type { SavedTraining } from '../../loop/saved-training';
import { train } from '../../loop/train';
import { causalLmTask } from './task';

const goldens = fileURLToPath(new URL('../../../../../../shared/goldens/', import.meta.url));
const task = causalLmTask();

/** Models as the goldens begin with them, and what the trained parameters are called there. */
const starts = {
  async lora() {
    const base = await loadModel(`${goldens}lora/base`, { task: 'causal-lm' });
    return { ...(await loadAdapter(`${goldens}lora/adapter`, base)), prefix: 'base_model.model.' };
  },
  'hf/llama': async () => ({ ...(await loadModel(`${goldens}hf/llama`, { task: 'causal-lm' })), prefix: '' }),
  'hf/llama-tied': async () => ({ ...(await loadModel(`${goldens}hf/llama-tied`, { task: 'causal-lm' })), prefix: '' }),
} as const;

async function tensors(path: string) {
  const weights = await openSafetensors(path);
  const all = await Promise.all(
    [...weights.tensors.keys()].map(async (name) => [name, await weights.read(name)] as const),
  );
  await weights.close();
  return Object.fromEntries(all) as Record<string, { shape: readonly number[]; data: Int32Array | Float32Array }>;
}

/** The golden's rows without their padding; what is not learned of them stands at their beginning. */
async function goldenData(golden: string) {
  const io = await tensors(`${golden}/io.safetensors`);
  const [rows, width] = io.input_ids.shape;
  const rowOf = (name: string, row: number) => Array.from(io[name].data.subarray(row * width, (row + 1) * width));
  const all = Array.from({ length: rows }, (_, row) => {
    const length = rowOf('attention_mask', row).filter(Boolean).length;
    const labels = rowOf('labels', row).slice(0, length);
    const promptLength = labels.findIndex((label) => label !== ignoredLabel);
    const ids = rowOf('input_ids', row).slice(0, length);
    expect(labels).toEqual(ids.map((id, i) => (i < promptLength ? ignoredLabel : id)));
    return { ids, promptLength };
  });
  return { sequences: all.map(({ ids }) => ({ ids })), promptLengths: all.map(({ promptLength }) => promptLength) };
}

const [onnx, cpu] = [openOnnxEngine(), openCpuEngine()];

describe.skipIf(!existsSync(goldens))("the reference's training of a tiny Llama (needs ../shared/goldens)", () => {
  it.each([
    ['lora', onnx, 4],
    ['lora', onnx, 1],
    ['lora', cpu, 3],
    ['hf/llama', onnx, 4],
    ['hf/llama-tied', onnx, 2],
  ] as const)('takes its steps: %s (%#)', async (name, engine, batchSize) => {
    const golden = goldens + name;
    const meta = JSON.parse(readFileSync(`${golden}/meta.json`, 'utf8'));
    const { model, parameters, prefix } = await starts[name]();
    const data = await goldenData(golden);
    expect(data.promptLengths.some((length) => length > 0)).toBe(true);
    const events: LossEvent[] = [];
    const saves: SavedTraining[] = [];
    const abort = new AbortController();
    const training = train({
      ...{ engine, model, parameters, task, data: { train: data }, signal: abort.signal },
      arguments: trainingArguments({
        ...{ learningRate: 1e-3, weightDecay: 0.01, warmupSteps: 1, maxSteps: 10, saveSteps: 3 },
        ...{ loggingSteps: 1, perDeviceTrainBatchSize: batchSize, gradientAccumulationSteps: Math.ceil(4 / batchSize) },
      }),
      onEvent: (event) => {
        if (event.type === 'train') events.push(event);
        if (events.length === 4) abort.abort(new Error('enough'));
      },
      save: async (saved) => {
        saves.push(saved);
      },
    });
    await expect(training).rejects.toThrow('enough');
    for (const [i, { loss, grad_norm, lr }] of meta.steps.entries()) {
      expect(Math.abs(events[i].loss / loss - 1), `loss of step ${i}`).toBeLessThan(1e-5);
      expect(Math.abs(events[i].gradNorm / grad_norm - 1), `norm of step ${i}`).toBeLessThan(1e-5);
      expect(events[i].learningRate).toBeCloseTo(lr, 12);
    }
    expect(Math.abs(events[3].loss / meta.loss_after - 1)).toBeLessThan(1e-5);
    const after = await tensors(`${golden}/after.safetensors`);
    const { parameters: saved } = saves[0].state;
    expect(Object.keys(saved).sort()).toEqual(
      Object.keys(after)
        .map((own) => own.slice(prefix.length))
        .sort(),
    );
    for (const [own, { data: expected }] of Object.entries(after)) {
      const { absolute } = largestDifference(saved[own.slice(prefix.length)].data, expected);
      expect(absolute, own).toBeLessThan(5e-5);
    }
  });
});
