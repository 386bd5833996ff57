import type { CompiledProgram, Engine } from '../engine';
import { checkFloat32 } from '../products';
import type { Device } from './device';
import { openDeviceTraining } from './training';

/** An engine whose programs run on a device with memory of its own. */
export function createDeviceEngine(name: string, device: Device): Engine {
  return {
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
  };
}
