import type { Message } from '@bufbuild/protobuf';
import { arrayTypes, type DType, type TypedArray } from '../tensor';
import { type ElementType, elementType, type OnnxFile, onnxFile, type Weight } from './onnx-file';
import { encode, message } from './onnx-schema';

/** An attribute of an ONNX node: an integer, a list of them, a float, or a string. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | {
      /** A number that is written as a float, also where it is whole. */
      readonly float: number;
    }
  | string;

const attributeType = { float: 1, int: 2, string: 3, ints: 7 };

function attribute(name: string, value: OnnxAttribute): Message {
  if (typeof value === 'number') return message('AttributeProto', { name, i: BigInt(value), type: attributeType.int });
  if (typeof value === 'string')
    return message('AttributeProto', { name, s: new TextEncoder().encode(value), type: attributeType.string });
  if ('float' in value) return message('AttributeProto', { name, f: value.float, type: attributeType.float });
  return message('AttributeProto', { name, ints: value.map(BigInt), type: attributeType.ints });
}

/** Type and shape of an input or output; a dimension is a number, or a name if it is dynamic. */
export interface ValueInfo {
  /** A number per dimension, or the name of a dynamic size. */
  readonly shape: readonly (number | string)[];
  /** Type of the elements. */
  readonly dtype: ElementType;
}

function dimension(size: number | string): Message {
  return message('Dimension', typeof size === 'string' ? { dimParam: size } : { dimValue: BigInt(size) });
}

function valueInfoMessage(name: string, { shape, dtype }: ValueInfo): Message {
  const tensorType = message('TypeProtoTensor', {
    elemType: elementType[dtype],
    shape: message('TensorShapeProto', { dim: shape.map(dimension) }),
  });
  return message('ValueInfoProto', { name, type: message('TypeProto', { tensorType }) });
}

type RawData = TypedArray | BigInt64Array;

/** The runtime's operators; `webgpu` lacks some of those of `cpu`. */
export type OnnxTarget = 'cpu' | 'webgpu';

/**
 * An ONNX graph under construction; lowerings append to it.
 *
 * @example
 * graph.cast('input_ids', 'ids', 'int32');
 * const flat = graph.compute('Reshape', ['ids', graph.int64([-1])]);
 */
export class OnnxGraph {
  private readonly nodes: Message[] = [];
  private readonly initializers: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly shared = new Map<string, string>();
  private readonly sizes = new Map<number, string>();
  private readonly weights = new Map<string, Weight>();
  private readonly read = new Set<string>();
  private readonly counts = new Map<string, number>();
  private counter = 0;

  /** @param target the runtime and device that the graph is for, default `cpu` */
  constructor(readonly target: OnnxTarget = 'cpu') {}

  /** Appends a node. `domain` is empty for ONNX's own operators. */
  emit(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): void {
    for (const name of inputs) this.read.add(name);
    this.nodes.push(
      message('NodeProto', {
        opType: operator,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
        domain,
      }),
    );
  }

  /** Appends a node with one output and returns the output's fresh name. */
  compute(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string {
    const output = this.temporary();
    this.emit(operator, inputs, [output], attributes, domain);
    return output;
  }

  /** A fresh name for a value between two nodes. */
  temporary(): string {
    return `t${this.counter++}`;
  }

  /** Appends a conversion of the value `from` to another element type, under the name `to`. */
  cast(from: string, to: string, dtype: ElementType): void {
    this.emit('Cast', [from], [to], { to: elementType[dtype] });
  }

  /** Declares that `size` is a dimension that is known only when the graph runs: the value `name`, int64 [1]. */
  dynamicSize(size: number, name: string): void {
    this.sizes.set(size, name);
  }

  /** The name of a vector of 64-bit integers: a shape or a list of axes. A dynamic size in it is computed. */
  int64(values: readonly number[]): string {
    return this.share(`int64:${values}`, () => {
      if (!values.some((value) => this.sizes.has(value)))
        return this.initializer('int64', [values.length], BigInt64Array.from(values.map(BigInt)));
      const parts = values.map((value) => this.sizes.get(value) ?? this.int64([value]));
      if (parts.length === 1) return parts[0];
      const vector = this.temporary();
      this.emit('Concat', parts, [vector], { axis: 0 });
      return vector;
    });
  }

  /** The name of a constant scalar. */
  scalar(value: number, dtype: DType = 'float32'): string {
    return this.share(`${dtype}:${Object.is(value, -0) ? '-0' : value}`, () =>
      this.initializer(dtype, [], arrayTypes[dtype].of(value)),
    );
  }

  /** The name of a constant tensor. */
  constant(dtype: DType, shape: readonly number[], data: TypedArray): string {
    return this.initializer(dtype, shape, data);
  }

  /** Number of earlier calls with this key, for a lowering that must not reuse its earlier nodes. */
  timesBefore(key: string): number {
    const times = this.counts.get(key) ?? 0;
    this.counts.set(key, times + 1);
    return times;
  }

  /** The name of a constant tensor that is stored once per key. */
  sharedConstant(
    key: string,
    make: () => {
      /** Type of the elements. */
      dtype: DType;
      /** Size of each dimension. */
      shape: readonly number[];
      /** The elements, row-major. */
      data: TypedArray;
    },
  ): string {
    return this.share(key, () => {
      const { dtype, shape, data } = make();
      return this.initializer(dtype, shape, data);
    });
  }

  /** Adds a constant tensor whose data is read when the file is written, and returns its name. */
  weight(name: string, weight: Omit<Weight, 'name'>): string {
    this.weights.set(name, { name, ...weight });
    return name;
  }

  /** Whether a node reads the value so far. */
  reads(name: string): boolean {
    return this.read.has(name);
  }

  /** Declares an input of the graph. */
  input(name: string, spec: ValueInfo): void {
    this.inputs.push(valueInfoMessage(name, spec));
  }

  /** Declares an output of the graph, a value of that name. */
  output(name: string, spec: ValueInfo): void {
    this.outputs.push(valueInfoMessage(name, spec));
  }

  /** The serialized model, for a graph without `weight`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encode(message('ModelProto', { ...this.header(), graph: this.graph() }));
  }

  /** The model with its weights, as a file that is written in chunks. */
  toFile(): OnnxFile {
    const model = encode(message('ModelProto', this.header()));
    return onnxFile({ model, graph: encode(this.graph()), weights: [...this.weights.values()] });
  }

  private graph(): Message {
    return message('GraphProto', {
      name: 'attune',
      node: this.nodes,
      initializer: this.initializers,
      input: this.inputs,
      output: this.outputs,
    });
  }

  private header(): Readonly<Record<string, unknown>> {
    const opsetImport = [
      message('OperatorSetIdProto', { domain: '', version: 20n }),
      message('OperatorSetIdProto', { domain: 'com.microsoft', version: 1n }),
    ];
    return { irVersion: 9n, producerName: 'attune', opsetImport };
  }

  private initializer(dtype: ElementType, shape: readonly number[], data: RawData): string {
    const name = `k${this.initializers.length}`;
    const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    this.initializers.push(
      message('TensorProto', { name, dims: shape.map(BigInt), dataType: elementType[dtype], rawData }),
    );
    return name;
  }

  private share(key: string, make: () => string): string {
    const name = this.shared.get(key) ?? make();
    this.shared.set(key, name);
    return name;
  }
}
