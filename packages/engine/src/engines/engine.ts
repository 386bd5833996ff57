import { AttuneError } from '@attune/internal';
import type { CacheLimits, Prepare } from '../compile/executable';
import { type CompiledProgram, type CompileOptions, createRunner } from '../compile/runner';
import type { ProgramFunction } from '../record/record';
import type { HostTensors } from '../tensor';
import { type Device, openDeviceTraining } from '../training/device-training';
import { openHostTraining } from '../training/host-training';
import type { OptimizerConfig } from '../training/optimizers';
import type { Training } from '../training/training';
import { closedOnce } from './closing';

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

/** 16 programs or 2 GiB of intermediate values. */
const defaultLimits: CacheLimits = { programs: 16, bytes: 2 ** 31 };

/** An engine on ordinary memory. `prepare` makes a recorded program ready to run; all else is the same for every such engine. */
export function createEngine(name: string, prepare: Prepare, limits: Partial<CacheLimits> = {}): Engine {
  const runner = createRunner(prepare, { ...defaultLimits, ...limits });
  const compile = (fn: ProgramFunction, options: CompileOptions = {}): CompiledProgram => {
    checkFloat32(name, options);
    return { fn, run: async (batch, parameters) => (await runner.prepare(fn, batch, parameters)).run() };
  };
  return closedOnce({
    name,
    compile,
    openTraining: async (program, parameters, optimizer) => openHostTraining(runner, program.fn, parameters, optimizer),
    close: () => runner.clear(),
  });
}

/** @throws AttuneError ENGINE_PRECISION for products other than float32, on an engine that has no others */
function checkFloat32(engine: string, { products = 'float32' }: CompileOptions): void {
  if (products !== 'float32')
    throw new AttuneError(
      'ENGINE_PRECISION',
      `compile: engine ${engine} has matrix products in float32, got ${products}; leave it out (bf16), or use tfjs-node (npx attune setup tfjs-node)`,
    );
}

/** An engine whose programs run on a device with memory of its own. */
export function createDeviceEngine(name: string, device: Device): Engine {
  return closedOnce({
    name,
    compile(fn, options = {}): CompiledProgram {
      checkFloat32(name, options);
      return {
        fn,
        run: async (batch, parameters = {}) => ({ ...(await device.run(fn, batch, parameters, () => false)).host }),
      };
    },
    openTraining: (program, parameters, optimizer) => openDeviceTraining(device, program.fn, parameters, optimizer),
    close: () => device.close(),
  });
}
