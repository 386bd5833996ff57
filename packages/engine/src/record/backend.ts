import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Kernel } from '../kernel/kernel';
import { kernels } from '../ops/kernels';
import type { Attributes, Node, ValueId } from '../program';
import { type DType, sizeOf, type TensorSpec, type TypedArray } from '../tensor';

const name = 'attune-recording';

/** Values, constants and nodes of one recording. */
export interface Tape {
  readonly values: TensorSpec[];
  readonly constants: Map<ValueId, TypedArray>;
  readonly nodes: Node[];
}

/**
 * The TensorFlow.js backend that computes nothing: each kernel call becomes a node on the tape.
 *
 * Values keep their identity through `dataId`; disposal is ignored, because a recording is as short-lived as a call.
 */
class RecordingBackend extends tf.KernelBackend {
  private tape: Tape | undefined;
  private ids = new WeakMap<object, ValueId>();

  /** Runs `body` with a fresh tape and returns both. Recording is synchronous, so tapes never mix. */
  during<T>(body: () => T): { tape: Tape; result: T } {
    if (this.tape) throw new Error('record: a recording is already under way; do not compile inside a program');
    const tape: Tape = { values: [], constants: new Map(), nodes: [] };
    this.tape = tape;
    this.ids = new WeakMap();
    try {
      return { tape, result: body() };
    } finally {
      this.tape = undefined;
    }
  }

  placeholder(spec: TensorSpec): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.add(spec), this) as tf.Tensor;
  }

  idOf(tensor: { dataId: object }): ValueId {
    const id = this.ids.get(tensor.dataId);
    if (id === undefined) throw new Error('record: a tensor of another recording was used; pass it in as an input');
    return id;
  }

  call({ name: kernel, infer }: Kernel, inputs: Readonly<Record<string, tf.TensorInfo>>, attributes: Attributes) {
    const specs = Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, dtype }]) => [key, spec(shape, dtype)]),
    );
    const outputs = infer(specs, attributes).map((output) => this.add(output));
    this.current().nodes.push({
      kernel,
      attributes,
      inputs: Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, this.idOf(tensor)])),
      outputs: outputs.map((output) => this.idOf(output)),
    });
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const info = this.add(spec(shape, dtype));
    this.current().constants.set(this.idOf(info), typed(values, info.dtype, sizeOf(shape)));
    return info.dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    const source = this.write(values, shape, dtype);
    this.ids.set(dataId, this.idOf({ dataId: source }));
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const constant = this.current().constants.get(this.idOf({ dataId }));
    if (!constant)
      throw new Error(
        'record: a program cannot read a tensor back (dataSync, arraySync): its values exist only when it runs',
      );
    return constant;
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override numDataIds(): number {
    return 0;
  }
  override memory() {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }

  private add({ shape, dtype }: TensorSpec): tf.TensorInfo & { dtype: Exclude<DType, 'uint8'> } {
    const dataId = {};
    this.ids.set(dataId, this.current().values.push({ shape: [...shape], dtype }) - 1);
    // TensorFlow.js has no uint8: such values are int32 to it, and reach only kernels that expect bytes.
    return { dataId, shape: [...shape], dtype: dtype === 'uint8' ? 'int32' : dtype };
  }

  private current(): Tape {
    if (!this.tape) throw new Error('record: the recording backend computes nothing outside compile()');
    return this.tape;
  }
}

function spec(shape: readonly number[], dtype: tf.DataType): TensorSpec {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return { shape, dtype };
  throw new TypeError(`record: dtype ${dtype} is not supported; use float32, int32 or bool`);
}

function typed(values: tf.backend_util.BackendValues, dtype: DType, size: number): TypedArray {
  const numbers = values as ArrayLike<number>;
  if (numbers.length !== size) throw new RangeError(`record: ${numbers.length} values for ${size} elements`);
  if (dtype === 'float32') return Float32Array.from(numbers);
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}

/** The process's one recording backend; TensorFlow.js keeps its registries in a global, so ours lives there too. */
function recordingBackend(): RecordingBackend {
  if (!tf.findBackendFactory(name)) {
    const backend = new RecordingBackend();
    tf.registerBackend(name, () => backend, 0);
    for (const kernel of kernels.values())
      tf.registerKernel({
        kernelName: kernel.name,
        backendName: name,
        kernelFunc: ({ inputs, attrs }) =>
          backend.call(kernel, inputs as Record<string, tf.TensorInfo>, (attrs ?? {}) as Attributes),
      });
  }
  return tf.findBackend(name) as RecordingBackend;
}

/** Runs `body` on the recording backend, and restores the current one. */
export function withRecordingBackend<T>(body: (backend: RecordingBackend) => T): { tape: Tape; result: T } {
  const backend = recordingBackend();
  const previous = currentBackend();
  tf.setBackend(name);
  try {
    return backend.during(() => tf.tidy(() => body(backend) as never) as T);
  } finally {
    tf.setBackend(previous);
  }
}

/** Name of the current backend. If none was used yet, TensorFlow.js first chooses one. */
function currentBackend(): string {
  tf.backend();
  return tf.getBackend();
}
