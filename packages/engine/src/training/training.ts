import { AttuneError } from '../attune-error';
import type { CompiledProgram } from '../compile/runner';
import type { HostTensor, HostTensors } from '../tensor';
import type { OptimizerConfig } from './optimizers';

export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** The program's outputs. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
}

/** What training holds: copies, in ordinary memory. */
export interface TrainingState {
  /** Optimizer steps taken. */
  readonly step: number;
  readonly parameters: Record<string, HostTensor>;
  /** First and second moments of the trainable parameters. */
  readonly moments: { readonly first: Record<string, HostTensor>; readonly second: Record<string, HostTensor> };
}

/** How the gradients of several batches become those of one step. */
export interface GradientOptions {
  /** What they are multiplied by: the batch's share of the step's loss. 1 unless given. */
  readonly scale?: number;
  /** Adds them to the kept ones, which they replace otherwise. */
  readonly add?: boolean;
}

/** Parameters and optimizer state, resident where the engine computes. */
export interface Training {
  /** Gradients, then the update. */
  step(batch: HostTensors, options: { learningRate: number }): Promise<StepResult>;
  /** Computes and keeps the gradients of one batch; returns its loss and outputs. */
  gradients(batch: HostTensors, options?: GradientOptions): Promise<Omit<StepResult, 'gradientNorm'>>;
  /** Clips the kept gradients and applies the optimizer; returns their norm before clipping. */
  update(options: { learningRate: number }): Promise<{ gradientNorm: number }>;
  /** Runs another program on the resident parameters: evaluation, prediction. */
  run(program: CompiledProgram, batch: HostTensors): Promise<Record<string, HostTensor>>;
  /** The kept gradients, by parameter: copies. */
  readGradients(): Promise<Record<string, HostTensor>>;
  /** Copies of the parameters; the frozen ones may be the arrays in use. */
  readParameters(): Promise<Record<string, HostTensor>>;
  /** Copies of parameters and optimizer state. */
  read(): Promise<TrainingState>;
  /** Puts back what `read` gave, or some of the parameters. */
  write(state: Partial<TrainingState>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Names of the parameters to train.
 *
 * @throws RangeError for one asked for that is not float32; where all are to be trained and one of them is quantized
 */
export function trainableNames(parameters: HostTensors, { trains }: OptimizerConfig): string[] {
  const frozen = Object.keys(parameters).find((name) => parameters[name].dtype === 'uint8');
  if (!trains && frozen !== undefined)
    throw new RangeError(
      `openTraining: all parameters are to be trained, but "${frozen}" is quantized, and stays as it is; say what to train (trains), as withLora does`,
    );
  return Object.keys(parameters).filter((name) => {
    const { dtype } = parameters[name];
    if (trains && dtype !== 'float32' && trains(name))
      throw new RangeError(`openTraining: "${name}" is ${dtype}; only float32 parameters can be trained`);
    return dtype === 'float32' && (trains?.(name) ?? true);
  });
}

/**
 * What gradients are multiplied by: PyTorch's `clip_grad_norm_` factor.
 *
 * @throws AttuneError TRAINING_DIVERGED for a norm that is not finite
 */
export function clippingFactor(gradientNorm: number, most: number | undefined): number {
  if (!Number.isFinite(gradientNorm))
    throw new AttuneError(
      'TRAINING_DIVERGED',
      `update: the gradients' norm is ${gradientNorm}, nothing was changed; lower the learning rate, warm up longer, or clip with maxGradNorm`,
    );
  return most === undefined ? 1 : Math.min(1, most / (gradientNorm + 1e-6));
}
