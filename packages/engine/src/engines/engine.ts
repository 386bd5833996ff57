import type { CompiledProgram, CompileOptions } from '../compile/runner';
import type { ProgramFunction } from '../record/record';
import type { HostTensors } from '../tensor';
import type { OptimizerConfig } from '../training/optimizers';
import type { Training } from '../training/training';

/**
 * Where programs run: compiles them, and trains parameters by them.
 *
 * @example
 * const engine = openCpuEngine();
 * const program = engine.compile(({ x }, { weight }) => ({ y: tf.matMul(x, weight) }));
 * const { y } = await program.run({ x: float32([1, 2], [1, 2]) }, { weight: float32([3, 4], [2, 1]) });
 */
export interface Engine {
  /** Such as `onnx` or `wasm`; errors and records of a run name it. */
  readonly name: string;
  /**
   * Whether `openOnnxFile` runs an exported model on the engine's own runtime and device; default false. Prediction then goes
   * through such a file: the runtime arranges its constants for the processor once, where a program's parameters are inputs.
   */
  readonly runsExportedFiles?: boolean;
  /**
   * The function as a program, recorded at its first run with each set of shapes.
   * @throws AttuneError ENGINE_PRECISION if the engine does not compute matrix products as `options` say
   */
  compile(fn: ProgramFunction, options?: CompileOptions): CompiledProgram;
  /**
   * Holds `parameters` and trains them on the program's scalar output `loss`. Frozen parameters are not copied where the engine
   * computes in ordinary memory, so their arrays must not change.
   * @throws RangeError for a trainable name that is not a float32 parameter
   */
  openTraining(program: CompiledProgram, parameters: HostTensors, optimizer: OptimizerConfig): Promise<Training>;
  /** Releases all that it prepared. Once is enough, and twice does no harm; what is called afterwards is refused (ENGINE_CLOSED). */
  close(): Promise<void>;
}
