import type { Message } from '@bufbuild/protobuf';
import type { DType, TensorSpec, TypedArray } from '../../tensor';
import { encodeModel, message } from './schema';

/** An attribute of an ONNX node: an integer, a list of them, a float, or a string. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number } | string;

const elementType: Record<DType | 'int64', number> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const attributeType = { float: 1, int: 2, string: 3, ints: 7 };

function attribute(name: string, value: OnnxAttribute): Message {
  if (typeof value === 'number') return message('AttributeProto', { name, i: BigInt(value), type: attributeType.int });
  if (typeof value === 'string')
    return message('AttributeProto', { name, s: new TextEncoder().encode(value), type: attributeType.string });
  if ('float' in value) return message('AttributeProto', { name, f: value.float, type: attributeType.float });
  return message('AttributeProto', { name, ints: value.map(BigInt), type: attributeType.ints });
}

function valueInfo(name: string, { shape, dtype }: TensorSpec): Message {
  const dim = shape.map((size) => message('Dimension', { dimValue: BigInt(size) }));
  const tensorType = message('TypeProtoTensor', {
    elemType: elementType[dtype],
    shape: message('TensorShapeProto', { dim }),
  });
  return message('ValueInfoProto', { name, type: message('TypeProto', { tensorType }) });
}

type RawData = TypedArray | BigInt64Array;

/** An ONNX graph under construction; lowerings append to it. */
export class OnnxGraph {
  private readonly nodes: Message[] = [];
  private readonly initializers: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly shared = new Map<string, string>();
  private counter = 0;

  /** Appends a node. `domain` is empty for ONNX's own operators. */
  emit(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): void {
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

  /** A fresh name for a value between two nodes. */
  temporary(): string {
    return `t${this.counter++}`;
  }

  cast(from: string, to: string, dtype: DType): void {
    this.emit('Cast', [from], [to], { to: elementType[dtype] });
  }

  /** The name of a vector of 64-bit integers: a shape or a list of axes. */
  int64(values: readonly number[]): string {
    return this.share(`int64:${values}`, () =>
      this.initializer('int64', [values.length], BigInt64Array.from(values.map(BigInt))),
    );
  }

  /** The name of a constant scalar. */
  scalar(value: number, dtype: DType = 'float32'): string {
    const array = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
    return this.share(`${dtype}:${Object.is(value, -0) ? '-0' : value}`, () =>
      this.initializer(dtype, [], array.of(value)),
    );
  }

  /** The name of a constant tensor. */
  constant(dtype: DType, shape: readonly number[], data: TypedArray): string {
    return this.initializer(dtype, shape, data);
  }

  input(name: string, spec: TensorSpec): void {
    this.inputs.push(valueInfo(name, spec));
  }

  output(name: string, spec: TensorSpec): void {
    this.outputs.push(valueInfo(name, spec));
  }

  /** The serialised model. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const graph = message('GraphProto', {
      name: 'attune',
      node: this.nodes,
      initializer: this.initializers,
      input: this.inputs,
      output: this.outputs,
    });
    const opsetImport = [
      message('OperatorSetIdProto', { domain: '', version: 20n }),
      message('OperatorSetIdProto', { domain: 'com.microsoft', version: 1n }),
    ];
    return encodeModel(message('ModelProto', { irVersion: 9n, producerName: 'attune', graph, opsetImport }));
  }

  private initializer(dtype: DType | 'int64', shape: readonly number[], data: RawData): string {
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
