import type { OptimizerConfig } from '../host/optimizers/optimizer';
import type { ProgramFunction } from '../record/record';
import type { HostTensor, HostTensors } from '../tensor';

/** What matrix products are computed in. */
export type Products = 'float32' | 'bfloat16';

export interface CompileOptions {
  /**
   * `float32` unless given. With `bfloat16` the factors and the result of each matrix product, forward and backward, are rounded to
   * its 8 bits of mantissa, as by PyTorch's autocast; sums within a product, parameters and all else stay float32.
   */
  readonly products?: Products;
}

/** A pure function that an engine specialises for each set of shapes it meets. */
export interface CompiledProgram {
  readonly fn: ProgramFunction;
  /** `float32` unless there. */
  readonly products?: Products;
  /** Runs on tensors in memory; outputs are fresh arrays. */
  run(batch: HostTensors, parameters?: HostTensors): Promise<Record<string, HostTensor>>;
}

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

/** Where programs run. */
export interface Engine {
  readonly name: string;
  /** @throws AttuneError ENGINE_PRECISION where it does not compute products as asked */
  compile(fn: ProgramFunction, options?: CompileOptions): CompiledProgram;
  /**
   * Holds `parameters` and trains them on the program's scalar output `loss`. In ordinary memory the frozen ones are not copied: leave
   * their arrays as they are.
   * @throws RangeError for a trainable name that is not a float32 parameter
   */
  openTraining(program: CompiledProgram, parameters: HostTensors, optimizer: OptimizerConfig): Promise<Training>;
  close(): Promise<void>;
}
