import type { ProgramFunction } from '../../record/record';
import type { HostTensor, HostTensors, TensorSpec } from '../../tensor';

/** A tensor that lies where the engine computes. */
export interface DeviceTensor extends TensorSpec {
  /** Frees its memory; it is not used after that. */
  release(): void;
}

export type DeviceTensors = Readonly<Record<string, DeviceTensor>>;

/** What a run gave: outputs that were asked to stay, and the others in ordinary memory. */
export interface DeviceOutputs {
  readonly resident: Record<string, DeviceTensor>;
  readonly host: HostTensors;
}

/** A device with memory of its own, which programs read and write without their tensors leaving it. */
export interface Device {
  upload(tensors: HostTensors): Promise<Record<string, DeviceTensor>>;
  download(tensors: DeviceTensors): Promise<Record<string, HostTensor>>;
  /**
   * @param parameters on the device, or in ordinary memory
   * @param stays which outputs stay on the device; for a function always the same
   */
  run(
    fn: ProgramFunction,
    batch: HostTensors,
    parameters: HostTensors | DeviceTensors,
    stays: (output: string) => boolean,
  ): Promise<DeviceOutputs>;
  close(): Promise<void>;
}
