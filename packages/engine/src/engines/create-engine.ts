import { AttuneError } from '@attune/internal';
import type { CacheLimits, Prepare } from '../compile/executable';
import { type CompiledProgram, type CompileOptions, createRunner } from '../compile/runner';
import type { ProgramFunction } from '../record/record';
import { type Device, openDeviceTraining } from '../training/device-training';
import { openHostTraining } from '../training/host-training';
import { closedOnce } from './closing';
import type { Engine } from './engine';

/** Default limits: 64 programs or 2 GiB of intermediate values. */
const defaultLimits: CacheLimits = { programs: 64, bytes: 2 ** 31 };

/** An engine that uses ordinary memory. `prepare` compiles a recorded program; everything else is shared by such engines. */
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

/** @throws AttuneError ENGINE_PRECISION unless products are float32, for engines without another precision */
function checkFloat32(engine: string, { products = 'float32' }: CompileOptions): void {
  if (products !== 'float32')
    throw new AttuneError(
      'ENGINE_PRECISION',
      `compile: engine ${engine} computes matrix products only in float32, got ${products}; remove products (bf16), or use tfjs-node (npx attune setup tfjs-node)`,
    );
}

/** An engine whose programs run on a device with separate memory. */
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
