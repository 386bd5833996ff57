import { join } from 'node:path';
import type { HostTensor, Training } from '@attune/engine';
import { goldenBatch, readAll, readJson, tensorOf } from '../golden-files';
import { type Golden, twoToARow, vanishes } from './golden';
import type { GradientsOptions } from './gradients';
import { check, type EncoderLimits, near } from './near';

/** The reference's training, as `meta.json` has it. */
interface Meta {
  /** Loss before each step, gradient norm before clipping, and learning rate. */
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number; readonly lr: number }[];
  readonly loss_after: number;
  /** The parameters with weight decay. */
  readonly decayed: readonly string[];
}

// Adam divides by the gradient's own size: an entry whose gradient is nearly zero may go either way.
const usual = 5e-5;
const most = 5e-4;
const unusualShare = 0.001;

/** The optimizer steps of `meta.json`, AdamW (weight decay 0.01, norm clipped to 1), one batch again and again. */
export async function checkSteps(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { directory, model, parameters } = golden;
  const meta = readJson<Meta>(join(directory, 'meta.json'));
  const training = await engine.openTraining(engine.compile(model.program), parameters, {
    name: 'adamw',
    weightDecay: 0.01,
    decays: (parameter) => meta.decayed.includes(parameter),
    maxGradNorm: 1,
  });
  try {
    await takeSteps(training, { golden, meta, limits });
    await checkAfter(golden, await training.readParameters());
  } finally {
    await training.close();
  }
}

async function takeSteps(
  training: Training,
  { golden: { io }, meta, limits }: { golden: Golden; meta: Meta; limits: EncoderLimits },
): Promise<void> {
  const batch = goldenBatch(io, twoToARow(io));
  for (const [i, { loss, grad_norm, lr }] of meta.steps.entries()) {
    const step = await training.step(batch, { learningRate: lr });
    near(`loss before step ${i + 1}`, [[step.loss], [loss]], limits.loss);
    near(`gradient norm of step ${i + 1}`, [[step.gradientNorm], [grad_norm]], limits.loss);
  }
  near('loss after', [[(await training.gradients(batch)).loss], [meta.loss_after]], limits.loss);
}

async function checkAfter(golden: Golden, trained: Readonly<Record<string, HostTensor>>): Promise<void> {
  const after = await readAll(join(golden.directory, 'after.safetensors'));
  for (const parameter of Object.keys(trained).filter((parameter) => !vanishes(golden, parameter))) {
    const expected = tensorOf(after, parameter).data as Float32Array;
    const differences = expected.map((value, i) => Math.abs(trained[parameter].data[i] - value));
    const far = differences.filter((difference) => !(difference <= usual)).length;
    if (far > expected.length * unusualShare)
      throw new Error(`${parameter}: ${far} of ${expected.length} are off by more than ${usual} after the steps`);
    differences.forEach((difference, i) => check(`${parameter}[${i}] after the steps`, difference, most));
  }
}
