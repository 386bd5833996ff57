import type { CompiledProgram, CompileOptions } from '../compile/runner';
import type { ProgramFunction } from '../record/record';
import type { HostTensors } from '../tensor';
import type { OptimizerConfig } from '../training/optimizers';
import type { Training } from '../training/training';

/**
 * A runtime for programs: compiles them, and trains parameters with them.
 *
 * @example
 * const engine = openCpuEngine();
 * const program = engine.compile(({ x }, { weight }) => ({ y: tf.matMul(x, weight) }));
 * const { y } = await program.run({ x: float32([1, 2], [1, 2]) }, { weight: float32([3, 4], [2, 1]) });
 */
export interface Engine {
  /** Name, such as `onnx` or `wasm`, for errors and run records. */
  readonly name: string;
  /**
   * Whether `openOnnxFile` runs exported models on the same runtime and device; default false. If true, prediction uses
   * such a file, which is faster: the runtime optimizes the layout of its constants once, whereas a program's parameters are inputs.
   */
  readonly runsExportedFiles?: boolean;
  /**
   * Compiles a function to a program, which is recorded at its first run with each set of shapes.
   * @throws AttuneError ENGINE_PRECISION if the engine does not support the precision of matrix products in `options`
   */
  compile(fn: ProgramFunction, options?: CompileOptions): CompiledProgram;
  /**
   * Holds `parameters` and trains them on the program's scalar output `loss`. Engines that use ordinary memory do not copy frozen
   * parameters, so their arrays must not change.
   * @throws RangeError if a trainable parameter is not float32
   */
  openTraining(program: CompiledProgram, parameters: HostTensors, optimizer: OptimizerConfig): Promise<Training>;
  /** Releases everything that it compiled. May be called repeatedly; later calls of other methods are refused (ENGINE_CLOSED). */
  close(): Promise<void>;
}
