import { AttuneError } from '@attune/internal';
import type * as ort from 'onnxruntime-node';
import { type Cached, ExecutableCache } from '../compile/executable';
import { type LoweredProgram, lowerToOnnx } from '../compile/lower-onnx';
import { knownValues, runOnHost } from '../compile/partition';
import { programKeys, shapesOf } from '../compile/runner';
import { createDeviceEngine } from '../engines/create-engine';
import type { Engine } from '../engines/engine';
import { OnnxGraph } from '../graphs/onnx-graph';
import { packMasks } from '../passes/for-devices';
import { optimize } from '../passes/optimize';
import { type Program, peakBytes, type ValueId } from '../program';
import { record, type Specs } from '../record/record';
import { mapRecord } from '../records';
import { checkTensor, emptyTensor, float32, type HostTensor, type TensorSpec } from '../tensor';
import type { Device, DeviceOutputs, DeviceTensor } from '../training/device-training';
import { createGpuSession, type Location, tensorOver } from './onnx-session';

/**
 * The engine `onnx-webgpu`: programs compiled to ONNX and run by onnxruntime on a GPU with WebGPU (Vulkan, Direct3D 12 or Metal).
 *
 * Parameters, gradients and moments stay on the device. A step transfers only the batch and one bit per element of dropout in, and the loss
 * and the program's outputs out.
 *
 * @throws AttuneError ENGINE_UNAVAILABLE without a usable GPU
 */
export async function openWebgpuEngine(): Promise<Engine> {
  const device = openWebgpuDevice();
  try {
    const { probe } = await device.upload({ probe: float32([1]) });
    probe.release();
  } catch (cause) {
    await device.close();
    throw new AttuneError(
      'ENGINE_UNAVAILABLE',
      'openEngine: onnx-webgpu finds no GPU that it can use; install the driver of one and its Vulkan library, or use another engine',
      { cause },
    );
  }
  return createDeviceEngine('onnx-webgpu', device);
}

/** Default limits: 64 programs or 4 GiB of intermediate values. */
const limits = { programs: 64, bytes: 2 ** 32 };

interface Resident extends DeviceTensor {
  readonly tensor: ort.Tensor;
}

type Input = HostTensor | Resident;
type Inputs = Readonly<Record<string, Input>>;

/** A GPU used through onnxruntime's WebGPU provider. */
function openWebgpuDevice(): Device {
  const programs = new ExecutableCache<PreparedProgram>(limits);
  const copies = new ExecutableCache<PreparedCopy>(limits);
  const keyOf = programKeys();
  const copy = async (inputs: Inputs, location: Location) => {
    if (Object.keys(inputs).length === 0) return {};
    const prepared = await copies.get(`${location}:${shapesOf(inputs)}`, () => prepareCopy(inputs, location));
    return prepared.copy(inputs);
  };
  return {
    upload: async (tensors) => mapRecord(await copy(tensors, 'gpu-buffer'), residentOf),
    download: async (tensors) => mapRecord(await copy(tensors as Inputs, 'cpu'), hostOf),
    async run(fn, batch, parameters, stays) {
      const inputs = { ...batch, ...parameters } as Inputs;
      for (const [name, input] of Object.entries(inputs)) if ('data' in input) checkTensor(`run: "${name}"`, input);
      const prepared = await programs.get(keyOf(fn, inputs), () =>
        prepareProgram(packMasks(optimize(record(fn, batch, parameters))), stays),
      );
      return prepared.run(inputs);
    },
    async close() {
      await programs.clear();
      await copies.clear();
    },
  };
}

const residentOf = (tensor: ort.Tensor): Resident => ({
  tensor,
  shape: tensor.dims,
  dtype: tensor.type as TensorSpec['dtype'],
  release: () => tensor.dispose(),
});

const hostOf = ({ data, dims, type }: ort.Tensor): HostTensor => ({
  data: data as HostTensor['data'],
  shape: dims,
  dtype: type as TensorSpec['dtype'],
});

const ortTensorOf = (input: Input): ort.Tensor => ('data' in input ? tensorOver(input) : input.tensor);

interface PreparedProgram extends Cached {
  run(inputs: Inputs): Promise<DeviceOutputs>;
}

async function prepareProgram(program: Program, stays: (output: string) => boolean): Promise<PreparedProgram> {
  const lowered = lowerToOnnx(program, 'webgpu');
  const staying = new Set(Object.entries(program.outputs).flatMap(([name, value]) => (stays(name) ? [value] : [])));
  const locationOf = Object.fromEntries(
    Array.from(lowered.fetches, ([name, value]) => [name, staying.has(value) ? 'gpu-buffer' : 'cpu'] as const),
  );
  const session = lowered.fetches.size > 0 ? await createGpuSession(lowered.bytes, locationOf) : undefined;
  return {
    bytes: peakBytes(program),
    run: async (inputs) => {
      const values = before(program, lowered, inputs);
      const feeds = mapNames(lowered.feeds, (value) => ortTensorOf(values.get(value)!));
      const fetched = session ? await session.run(feeds) : {};
      for (const [name, value] of lowered.fetches) {
        const tensor = fetched[name];
        values.set(value, tensor.location === 'cpu' ? hostOf(tensor) : residentOf(tensor));
      }
      return outputsOf(program, values, new Set(lowered.fetches.values()));
    },
    release: async () => session?.release(),
  };
}

/** Values of inputs and constants, and those that the host computes before the graph. */
function before(program: Program, lowered: LoweredProgram, inputs: Inputs): Map<ValueId, Input> {
  const values = knownValues(program, inputs);
  for (const node of lowered.before) {
    const tensors = mapRecord(node.inputs, (value) => values.get(value) as HostTensor);
    const made = node.outputs.map((value) => emptyTensor(program.values[value]));
    runOnHost(node, program.values, tensors, made);
    node.outputs.forEach((value, i) => values.set(value, made[i]));
  }
  return values;
}

/** Outputs of a run, without those that are inputs on the device. */
function outputsOf(program: Program, values: ReadonlyMap<ValueId, Input>, made: ReadonlySet<ValueId>): DeviceOutputs {
  const resident: Record<string, DeviceTensor> = {};
  const host: Record<string, HostTensor> = {};
  for (const [name, value] of Object.entries(program.outputs)) {
    const output = values.get(value)!;
    if ('data' in output) host[name] = output;
    else if (made.has(value)) resident[name] = output;
  }
  return { resident, host };
}

interface PreparedCopy extends Cached {
  copy(inputs: Inputs): Promise<Record<string, ort.Tensor>>;
}

/** A graph that only copies its inputs to another location: reading a tensor of the device directly would crash the process. */
async function prepareCopy(specs: Specs, location: Location): Promise<PreparedCopy> {
  const graph = new OnnxGraph('webgpu');
  const names = Object.keys(specs);
  names.forEach((name, i) => {
    graph.input(`i${i}`, specs[name]);
    graph.emit('Identity', [`i${i}`], [`o${i}`]);
    graph.output(`o${i}`, specs[name]);
  });
  const locationOf = Object.fromEntries(names.map((_, i) => [`o${i}`, location]));
  const session = await createGpuSession(graph.toBytes(), locationOf);
  return {
    bytes: 0,
    async copy(inputs) {
      const feeds = Object.fromEntries(names.map((name, i) => [`i${i}`, ortTensorOf(inputs[name])]));
      const outputs = await session.run(feeds);
      return Object.fromEntries(names.map((name, i) => [name, outputs[`o${i}`]]));
    },
    release: () => session.release(),
  };
}

const mapNames = <A, B>(names: ReadonlyMap<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Array.from(names, ([name, value]) => [name, map(value)]));
