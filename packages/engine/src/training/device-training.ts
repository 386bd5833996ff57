import * as tf from '@tensorflow/tfjs-core';
import { gradientName, isGradient, type ProgramFunction, withGradients } from '../record/record';
import { mapRecord, pick } from '../records';
import { emptyTensor, float32, type HostTensor, type HostTensors, type TensorSpec } from '../tensor';
import { roleName, roles, updateProgram, updateSettings } from './device-update';
import { type OptimizerConfig, parameterSettings } from './optimizers';
import {
  checkLearningRate,
  clippingFactor,
  type StepResult,
  type Training,
  type TrainingState,
  trainableNames,
} from './training';

/** A tensor in device memory. */
export interface DeviceTensor extends TensorSpec {
  /** Releases its memory; it must not be used afterwards. */
  release(): void;
}

export type DeviceTensors = Readonly<Record<string, DeviceTensor>>;

/** Outputs of a run: those that stay on the device, and the others in ordinary memory. */
export interface DeviceOutputs {
  readonly resident: Record<string, DeviceTensor>;
  readonly host: HostTensors;
}

/** A device with separate memory, on which programs run without transferring their tensors. */
export interface Device {
  upload(tensors: HostTensors): Promise<Record<string, DeviceTensor>>;
  download(tensors: DeviceTensors): Promise<Record<string, HostTensor>>;
  /**
   * @param parameters on the device, or in ordinary memory
   * @param stays which outputs stay on the device; the same for every run of a function
   */
  run(
    fn: ProgramFunction,
    batch: HostTensors,
    parameters: HostTensors | DeviceTensors,
    stays: (output: string) => boolean,
  ): Promise<DeviceOutputs>;
  close(): Promise<void>;
}

type Owned = Record<string, DeviceTensor>;

/**
 * Training with parameters, gradients and moments on a device. A step transfers only the batch in, and the loss, the
 * gradient norm and the program's outputs out.
 */
export async function openDeviceTraining(
  device: Device,
  fn: ProgramFunction,
  initial: HostTensors,
  config: OptimizerConfig,
): Promise<Training> {
  const { weightDecayOf, learningRateScale } = parameterSettings(config);
  const trainable = trainableNames(initial, config);
  const zeros = Object.fromEntries(trainable.map((name) => [name, emptyTensor(initial[name])]));
  const state = {
    parameters: await device.upload(initial),
    first: await device.upload(zeros),
    second: await device.upload(zeros),
    gradients: {} as Owned,
    step: 0,
  };
  const owned = { parameter: state.parameters, first: state.first, second: state.second };
  const derived = withGradients(fn, trainable);
  const updates = new Map<string, ProgramFunction>();
  const updateOf = (names: readonly string[]) => {
    const key = names.join('\n');
    if (!updates.has(key)) updates.set(key, updateProgram({ names, config, weightDecayOf, learningRateScale }));
    return updates.get(key)!;
  };

  const training: Training = {
    async gradients(batch, { scale = 1, add = false } = {}) {
      const { resident, host } = await device.run(derived, batch, state.parameters, isGradient);
      const fresh = renamed(resident, (name) => name.slice(gradientName('').length));
      const kept = add ? state.gradients : {};
      if (!add) release(state.gradients);
      state.gradients = await combined(device, fresh, { kept, scale });
      return { loss: host.loss.data[0], outputs: host };
    },
    async update(options) {
      const learningRate = checkLearningRate(options);
      const { gradients } = state;
      const names = Object.keys(gradients);
      const gradientNorm = await normOf(device, gradients);
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      state.step += 1;
      const settings = updateSettings(config, { step: state.step, learningRate, scale });
      const inputs = {
        ...prefixed('gradient', gradients),
        ...prefixed('parameter', pick(state.parameters, names)),
        ...prefixed('first', pick(state.first, names)),
        ...prefixed('second', pick(state.second, names)),
      };
      const { resident } = await device.run(updateOf(names), { settings }, inputs, () => true);
      for (const name of names) for (const role of roles) replace(owned[role], name, resident[roleName(role, name)]);
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    run: async (program, batch) => ({ ...(await device.run(program.fn, batch, state.parameters, () => false)).host }),
    async readGradients() {
      const known = await device.download(state.gradients);
      return mapRecord(zeros, (zero, name) => known[name] ?? emptyTensor(zero));
    },
    readParameters: () => device.download(state.parameters),
    async read(): Promise<TrainingState> {
      const [first, second] = [await device.download(state.first), await device.download(state.second)];
      return { step: state.step, parameters: await training.readParameters(), moments: { first, second } };
    },
    async write({ parameters = {}, moments, step = state.step }) {
      await overwrite(device, state.parameters, parameters);
      await overwrite(device, state.first, moments?.first ?? {});
      await overwrite(device, state.second, moments?.second ?? {});
      state.step = step;
    },
    async close() {
      for (const owned of [state.parameters, state.first, state.second, state.gradients]) release(owned);
    },
  };
  return training;
}

const prefixed = (role: Parameters<typeof roleName>[0], tensors: DeviceTensors): DeviceTensors =>
  renamed(tensors, (name) => roleName(role, name));

const renamed = <T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));

function release(tensors: Owned): void {
  for (const tensor of Object.values(tensors)) tensor.release();
}

/** @param tensor absent if an update left it unchanged */
function replace(owned: Owned, name: string, tensor: DeviceTensor | undefined): void {
  if (!tensor) return;
  owned[name].release();
  owned[name] = tensor;
}

const addScaled: ProgramFunction = ({ scale }, tensors) =>
  Object.fromEntries(
    Object.keys(tensors)
      .filter((name) => name.startsWith('fresh:'))
      .map((name) => {
        const scaled = tf.mul(tensors[name], scale);
        const kept = tensors[name.replace('fresh:', 'kept:')];
        return [name.slice('fresh:'.length), kept ? tf.add(kept, scaled) : scaled];
      }),
  );

/** kept + scale · fresh, by name. */
async function combined(device: Device, fresh: Owned, { kept, scale }: { kept: Owned; scale: number }): Promise<Owned> {
  if (scale === 1 && Object.keys(kept).length === 0) return fresh;
  const both = { ...renamed(fresh, (name) => `fresh:${name}`), ...renamed(kept, (name) => `kept:${name}`) };
  const { resident } = await device.run(addScaled, { scale: float32([scale]) }, both, () => true);
  const untouched = Object.fromEntries(Object.entries(kept).filter(([name]) => !(name in fresh)));
  for (const name of Object.keys(fresh)) {
    fresh[name].release();
    kept[name]?.release();
  }
  return { ...untouched, ...resident };
}

const squaredNorm: ProgramFunction = (_, gradients) => ({
  sum: tf.sum(tf.stack(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient))))),
});

async function normOf(device: Device, gradients: DeviceTensors): Promise<number> {
  if (Object.keys(gradients).length === 0) return 0;
  return Math.sqrt((await device.run(squaredNorm, {}, gradients, () => false)).host.sum.data[0]);
}

async function overwrite(device: Device, target: Owned, source: HostTensors): Promise<void> {
  for (const [name, tensor] of Object.entries(source)) {
    if (!target[name]) throw new RangeError(`write: there is no "${name}" here`);
    if (target[name].shape.join() !== tensor.shape.join())
      throw new RangeError(`write: "${name}" has shape [${target[name].shape}], got [${tensor.shape}]`);
  }
  for (const [name, tensor] of Object.entries(await device.upload(source))) replace(target, name, tensor);
}
