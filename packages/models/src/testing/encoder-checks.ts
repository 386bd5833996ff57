import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Engine,
  gradientName,
  type HostTensor,
  type HostTensors,
  type ProgramFunction,
  type Training,
  withGradients,
} from '@attune/engine';
import { families } from '../families';
import { saveModel } from '../node';
import { openPass } from '../pass';
import {
  type Golden,
  goldenBatch,
  goldenLogits,
  type Io,
  longest,
  readAll,
  readGoldenJson,
  tensorOf,
  twoToARow,
  unpadded,
  vanishes,
} from './golden';
import { check, type EncoderLimits, near, nearGradients } from './limits';

interface OutputsOptions {
  readonly engine: Engine;
  readonly rowLength: (io: Io) => number;
  readonly limits: EncoderLimits;
  readonly hiddenStates: boolean;
}

/** Compares logits, loss and, if the golden has them, hidden states of every layer. */
export async function checkOutputs(golden: Golden, options: OutputsOptions): Promise<void> {
  const { engine, rowLength, limits, hiddenStates } = options;
  const { io, parameters } = golden;
  const batch = goldenBatch(io, rowLength(io), { every: true });
  const out = await engine.compile(withStates(golden)).run(batch, parameters);
  near('logits', [out.logits.data, goldenLogits(io)], limits.logits);
  near('loss', [out.loss.data, io.loss.data as Float32Array], limits.loss);
  if (hiddenStates) checkStates(golden, { batch, out, limit: limits.hiddenStates });
}

function withStates({ model: { config, program } }: Golden): ProgramFunction {
  return (batch, parameters) => {
    const { states } = families[config.modelType].forward(openPass(config, batch, parameters));
    return { ...program(batch, parameters), ...Object.fromEntries(states.map((state, i) => [`state.${i}`, state])) };
  };
}

interface States {
  readonly batch: HostTensors;
  readonly out: Readonly<Record<string, HostTensor>>;
  readonly limit: number;
}

/** The hidden states of each sequence, from its place in the rows. */
function checkStates({ io, model: { config } }: Golden, { batch, out, limit }: States): void {
  const { hiddenSize, layers } = config;
  const starts = startsOf(batch);
  unpadded(io).forEach(({ ids }, sequence) => {
    for (let layer = 0; layer <= layers; layer++) {
      const { data, shape } = tensorOf(io, `hidden_states.${layer}`);
      const rows = (of: ArrayLike<number>, first: number) =>
        (of as Float32Array).subarray(first * hiddenSize, (first + ids.length) * hiddenSize);
      const both = [
        rows(out[`state.${layer}`].data, starts[sequence]),
        rows(data as Float32Array, sequence * shape[1]),
      ];
      near(`hidden states of sequence ${sequence} after layer ${layer}`, both, limit);
    }
  });
}

/** Position of each sequence's first token. */
function startsOf({ sequenceIds, positionIds }: HostTensors): number[] {
  const starts: number[] = [];
  sequenceIds.data.forEach((sequence: number, i: number) => {
    if (sequence >= 0 && positionIds.data[i] === 0) starts[sequence] = i;
  });
  return starts;
}

interface GradientsOptions {
  readonly engine: Engine;
  readonly limits: EncoderLimits;
}

const expectedGradient = ({ io }: Golden, parameter: string) => tensorOf(io, `grad.${parameter}`).data as Float32Array;

/** Compares the gradient of every parameter on an engine. */
export async function checkGradients(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { model, parameters, io } = golden;
  const program = engine.compile(withGradients(model.program, Object.keys(parameters)));
  const out = await program.run(goldenBatch(io, twoToARow(io)), parameters);
  const both = (name: string) => [out[gradientName(name)].data, expectedGradient(golden, name)] as const;
  nearGradients(golden, both, limits.gradients);
}

/** Compares gradients in float64: a difference here is a fault of the model, not of an engine. */
export async function checkExactGradients(golden: Golden, limits: EncoderLimits): Promise<void> {
  const { exact, io } = golden;
  near('loss', [exact.loss.data, io.loss.data as Float32Array], limits.loss);
  const both = (name: string) => [exact[gradientName(name)].data, expectedGradient(golden, name)] as const;
  nearGradients(golden, both, limits.gradients);
}

/** Checks that logits, loss and gradients depend neither on how rows are filled nor on the padding token. */
export async function checkInvariance(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { model, parameters, io } = golden;
  const program = engine.compile(withGradients(model.program, Object.keys(parameters)));
  const tight = await program.run(goldenBatch(io, longest(io)), parameters);
  const filling = { rowMultiple: 4, padTokenId: model.config.vocabSize - 1 };
  const filled = await program.run(goldenBatch(io, twoToARow(io) + 3, filling), parameters);
  near('logits', [filled.logits.data, tight.logits.data], limits.logits);
  near('loss', [filled.loss.data, tight.loss.data], limits.loss);
  const both = (name: string) =>
    [filled, tight].map((out) => out[gradientName(name)].data) as [Float32Array, Float32Array];
  nearGradients(golden, both, limits.gradients);
}

/** The reference's training, from `meta.json`. */
interface Meta {
  /** Loss before each step, gradient norm before clipping, and learning rate. */
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number; readonly lr: number }[];
  readonly loss_after: number;
  /** The parameters with weight decay. */
  readonly decayed: readonly string[];
}

// Adam divides by the gradient's size, so an entry with a gradient near zero may move in either direction.
const usual = 5e-5;
const most = 5e-4;
const unusualShare = 0.001;

/** Compares the optimizer steps of `meta.json`: AdamW (weight decay 0.01, norm clipped to 1), on one batch repeatedly. */
export async function checkSteps(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { directory, model, parameters } = golden;
  const meta = readGoldenJson<Meta>(join(directory, 'meta.json'));
  const training = await engine.openTraining(engine.compile(model.program), parameters, {
    name: 'adamw',
    weightDecay: 0.01,
    hasWeightDecay: (parameter) => meta.decayed.includes(parameter),
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

/** Checks that saving gives the checkpoint's own bytes and class. */
export async function checkWrittenBack({ directory, model, parameters }: Golden): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'attune-encoder-'));
  try {
    await saveModel(temporary, { ...model, parameters });
    const weights = (path: string) => readFile(join(path, 'model.safetensors'));
    if (!(await weights(temporary)).equals(await weights(directory)))
      throw new Error('model.safetensors: expected the bytes that were read, got others');
    const [ours, theirs] = [temporary, directory].map(classOf);
    if (ours !== theirs) throw new Error(`config.json: architectures expected ${theirs}, got ${ours}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const classOf = (path: string) =>
  readGoldenJson<{ architectures: string[] }>(join(path, 'config.json')).architectures.join();
