import { AttuneError, shownValue } from '@attune/internal';
import type { CompiledProgram } from '../compile/runner';
import type { HostTensor, HostTensors } from '../tensor';
import type { OptimizerConfig } from './optimizers';

/** Loss, gradient norm and outputs of one optimizer step. */
export interface StepResult {
  /** The program's scalar output `loss`, before the update. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** The program's outputs. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
}

/** Copies of a training's state, in ordinary memory. */
export interface TrainingState {
  /** Optimizer steps taken. */
  readonly step: number;
  /** All parameters by name, including frozen ones. */
  readonly parameters: Record<string, HostTensor>;
  /** First and second moments of the trainable parameters. */
  readonly moments: {
    /** First moments by parameter: means of the gradients; for SGD the momentum. */
    readonly first: Record<string, HostTensor>;
    /** Second moments by parameter: means of the squared gradients; zeros for SGD. */
    readonly second: Record<string, HostTensor>;
  };
}

/** Options of accumulating gradients over batches. */
export interface GradientOptions {
  /** Factor of the gradients, the batch's share of the step's loss; default 1. */
  readonly scale?: number;
  /** Whether to add the gradients to the accumulated ones; default false, which replaces them. */
  readonly add?: boolean;
}

/**
 * Parameters and optimizer state, stored where the engine computes.
 *
 * @example
 * const training = await engine.openTraining(program, parameters, { name: 'adamw', weightDecay: 0.01 });
 * for (const batch of batches) await training.step(batch, { learningRate: 5e-5 });
 * const trained = await training.readParameters();
 */
export interface Training {
  /** Calls `gradients`, then `update`. */
  step(
    batch: HostTensors,
    options: {
      /** Learning rate of this step, such as the value of a schedule. */
      learningRate: number;
    },
  ): Promise<StepResult>;
  /** Computes and stores the gradients of one batch; returns its loss and outputs. */
  gradients(batch: HostTensors, options?: GradientOptions): Promise<Omit<StepResult, 'gradientNorm'>>;
  /** Clips the stored gradients and applies the optimizer; returns their norm before clipping. */
  update(options: {
    /** Learning rate of this update, such as the value of a schedule. */
    learningRate: number;
  }): Promise<{
    /** Global norm of the stored gradients before clipping. */
    gradientNorm: number;
  }>;
  /** Runs another program on the parameters, for evaluation or prediction. */
  run(program: CompiledProgram, batch: HostTensors): Promise<Record<string, HostTensor>>;
  /** Copies of the stored gradients, by parameter. */
  readGradients(): Promise<Record<string, HostTensor>>;
  /** Copies of the parameters; frozen ones may be the arrays in use. */
  readParameters(): Promise<Record<string, HostTensor>>;
  /** Copies of parameters and optimizer state. */
  read(): Promise<TrainingState>;
  /** Restores a state from `read`, or some of its parameters. */
  write(state: Partial<TrainingState>): Promise<void>;
  /** Releases parameters, gradients and moments; nothing can be read afterwards. */
  close(): Promise<void>;
}

/**
 * Names of the parameters to train.
 *
 * @throws RangeError if one of them is not float32, or if all would be trained and one is quantized
 */
export function trainableNames(parameters: HostTensors, { isTrainable }: OptimizerConfig): string[] {
  const frozen = Object.keys(parameters).find((name) => parameters[name].dtype === 'uint8');
  if (!isTrainable && frozen !== undefined)
    throw new RangeError(
      `openTraining: without isTrainable all parameters are trained, but "${frozen}" is quantized and cannot be; pass isTrainable, such as that of withLora`,
    );
  return Object.keys(parameters).filter((name) => {
    const { dtype } = parameters[name];
    if (isTrainable && dtype !== 'float32' && isTrainable(name))
      throw new RangeError(`openTraining: "${name}" is ${dtype}; only float32 parameters can be trained`);
    return dtype === 'float32' && (isTrainable?.(name) ?? true);
  });
}

/** @throws AttuneError ARGUMENT_INVALID for a learning rate that is not a finite number ≥ 0, which would change every parameter to NaN */
export function checkLearningRate(
  { learningRate }: { readonly learningRate: number } = { learningRate: Number.NaN },
): number {
  if (Number.isFinite(learningRate) && learningRate >= 0) return learningRate;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `update: learningRate expected a number ≥ 0, got ${shownValue(learningRate)}; pass { learningRate: 1e-3 }`,
  );
}

/**
 * Factor that clips gradients to a global norm, as in PyTorch's `clip_grad_norm_`; 1 without a limit.
 *
 * @throws AttuneError TRAINING_DIVERGED for a norm that is not finite
 */
export function clippingFactor(gradientNorm: number, maxGradNorm: number | undefined): number {
  if (!Number.isFinite(gradientNorm))
    throw new AttuneError(
      'TRAINING_DIVERGED',
      `update: expected a finite gradient norm, got ${gradientNorm}; no parameter was changed; lower the learning rate, warm up longer, or clip with maxGradNorm`,
    );
  return maxGradNorm === undefined ? 1 : Math.min(1, maxGradNorm / (gradientNorm + 1e-6));
}
