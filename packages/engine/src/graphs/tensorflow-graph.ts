import type { Message } from '@bufbuild/protobuf';
import type { Products } from '../program';
import { arrayTypes, type DType, type TypedArray } from '../tensor';
import { message } from './tensorflow-schema';

/** Element types of a TensorFlow graph. */
export type ElementType = DType | 'int8' | 'int64' | 'uint32' | 'resource' | 'bfloat16';

/** Their numbers in `DataType`. */
export const elementType: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int8: 6,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
  uint32: 22,
};

/** An attribute of a node; a bare string is an element type. */
export type TensorflowAttribute =
  | number
  | boolean
  | ElementType
  | {
      /** A string attribute. */
      readonly text: string;
    }
  | {
      /** A shape; a dimension of −1 is dynamic. */
      readonly shape: readonly number[];
    }
  | {
      /** A `TensorProto`, the value of a constant. */
      readonly tensor: Message;
    };

type TensorflowAttributes = Readonly<Record<string, TensorflowAttribute | undefined>>;

function attributeValue(value: TensorflowAttribute): Message {
  if (typeof value === 'number') return message('AttrValue', { i: BigInt(value) });
  if (typeof value === 'boolean') return message('AttrValue', { b: value });
  if (typeof value === 'string') return message('AttrValue', { type: elementType[value] });
  if ('text' in value) return message('AttrValue', { s: new TextEncoder().encode(value.text) });
  if ('shape' in value) return message('AttrValue', { shape: shapeMessage(value.shape) });
  return message('AttrValue', { tensor: value.tensor });
}

/** A shape, in which −1 is a dynamic dimension. */
export const shapeMessage = (shape: readonly number[]): Message =>
  message('TensorShapeProto', { dim: shape.map((size) => message('Dimension', { size: BigInt(size) })) });

/** Shape and type of a value. */
interface TensorflowValue {
  /** Size of each dimension; −1 for a dynamic dimension of a fed value. */
  readonly shape: readonly number[];
  /** Type of the elements. */
  readonly dtype: ElementType;
}

/** A constant tensor whose data is read when the file is written. */
export interface TensorflowWeight {
  /** Its name in the graph. */
  readonly name: string;
  /** Type of the elements. */
  readonly dtype: DType;
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** Called once each time the file is written. */
  readonly data: () => ArrayBufferView<ArrayBuffer>;
}

/** Constants of up to this many elements are shared if their values are equal. */
const mostShared = 64;

/**
 * A TensorFlow graph under construction; lowerings append to it.
 *
 * Values have TensorFlow's names: `n7`, or `n7:1` for a second output. Equal calls on equal values are appended once, so that
 * forward and gradient share common parts.
 *
 * @example
 * const flat = graph.reshape('input_ids', [rows * length]);
 */
export class TensorflowGraph {
  private readonly nodes: Message[] = [];
  private readonly shared = new Map<string, string>();
  private readonly types = new Map<string, ElementType>();
  private readonly sizes = new Map<number, string>();
  private readonly ownWeights: TensorflowWeight[] = [];

  /** @param products precision of matrix products, default float32 */
  constructor(readonly products: Products = 'float32') {}

  /**
   * Appends a call, or finds an equal one.
   *
   * @param attributes `T` defaults to the type of the first input; undefined omits it
   * @param result type of the output, default `T`
   * @returns the name of the first output
   */
  op(operator: string, inputs: readonly string[], attributes: TensorflowAttributes = {}, result?: ElementType): string {
    const own = 'T' in attributes ? attributes : { T: this.typeOf(inputs[0]), ...attributes };
    const key = JSON.stringify([operator, inputs, own]);
    return this.share(key, () => this.emit(operator, inputs, own, result ?? (own.T as ElementType)));
  }

  /** Names of all outputs of a call, each of the type of the first. */
  outputsOf(name: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => this.typed(i === 0 ? name : `${name}:${i}`, this.typeOf(name)));
  }

  /**
   * Appends a call that reads or changes a variable; it is never shared.
   *
   * @param after calls that must be complete before it starts
   */
  effect(
    operator: string,
    inputs: readonly string[],
    attributes: TensorflowAttributes,
    {
      after = [],
      result = 'float32',
    }: {
      /** Calls that must be complete before it starts; default none. */
      after?: readonly string[];
      /** Type of its output; default float32. */
      result?: ElementType;
    } = {},
  ): string {
    return this.emit(operator, [...inputs, ...after.map((name) => `^${name.split(':')[0]}`)], attributes, result);
  }

  /** A value that is fed when the graph runs. A dimension of −1 is dynamic. */
  placeholder(name: string, { shape, dtype }: TensorflowValue): string {
    return this.named(name, 'Placeholder', { dtype, shape: { shape } }, dtype);
  }

  /** A variable, which lives as long as the session. */
  variable(name: string, { shape, dtype }: TensorflowValue): string {
    const attributes = { dtype, shape: { shape }, shared_name: { text: name } };
    return this.named(name, 'VarHandleOp', attributes, 'resource');
  }

  /** The value in another shape, whose dynamic sizes are computed. */
  reshape(from: string, shape: readonly number[]): string {
    return this.op('Reshape', [from, this.integers(shape)], { Tshape: 'int32' });
  }

  /** A matrix product of two float32 tensors, float32 itself. */
  product(
    operator: 'MatMul' | 'BatchMatMulV2',
    factors: readonly [string, string],
    attributes: TensorflowAttributes,
  ): string {
    const rounded = factors.map((name) => this.cast(name, this.products));
    return this.cast(this.op(operator, rounded, attributes), 'float32');
  }

  /** The value in another element type; unchanged if it already has that type. */
  cast(from: string, dtype: ElementType): string {
    const SrcT = this.typeOf(from);
    return SrcT === dtype ? from : this.op('Cast', [from], { T: undefined, SrcT, DstT: dtype }, dtype);
  }

  /** Declares that `size` is a dimension that is known only when the graph runs: the value `name`, an int32 scalar. */
  dynamicSize(size: number, name: string): void {
    this.sizes.set(size, name);
  }

  /** A vector of integers: a shape or a list of axes. A dynamic size in it is computed. */
  integers(values: readonly number[]): string {
    if (!values.some((value) => this.sizes.has(value)))
      return this.constant('int32', [values.length], Int32Array.from(values));
    const parts = values.map((value) => this.integer(value));
    return this.op('Pack', parts, { N: parts.length, axis: 0 });
  }

  /** An integer scalar; a dynamic size is computed. */
  integer(value: number): string {
    return this.sizes.get(value) ?? this.scalar(value, 'int32');
  }

  /** A constant scalar. */
  scalar(value: number, dtype: DType = 'float32'): string {
    return this.constant(dtype, [], arrayTypes[dtype].of(value));
  }

  /** A constant tensor. */
  constant(dtype: ElementType, shape: readonly number[], data: TypedArray | Uint32Array): string {
    const make = () => {
      const content = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
      const fields = { dtype: elementType[dtype], tensorShape: shapeMessage(shape), tensorContent: content };
      return this.emit('Const', [], { dtype, value: { tensor: message('TensorProto', fields) } }, dtype);
    };
    if (data.length > mostShared) return make();
    const values = Array.from(data, (value) => (Object.is(value, -0) ? '-0' : String(value)));
    return this.share(`${dtype}[${shape}]:${values}`, make);
  }

  /** Adds a constant tensor whose data is read when the file is written, and returns its name. */
  weight(weight: TensorflowWeight): string {
    this.ownWeights.push(weight);
    return this.typed(weight.name, weight.dtype);
  }

  /** The constant tensors added so far, whose data is read when the file is written. */
  get weights(): readonly TensorflowWeight[] {
    return this.ownWeights;
  }

  /** Element type of a value. Throws Error for a name that the graph does not have. */
  typeOf(name: string): ElementType {
    const type = this.types.get(name);
    if (!type) throw new Error(`tensorflow: there is no value "${name}" in the graph`);
    return type;
  }

  /** The graph as a `GraphDef`. */
  toMessage(): Message {
    return message('GraphDef', {
      node: this.nodes,
      versions: message('VersionDef', { producer: 1994, minConsumer: 12 }),
    });
  }

  private emit(
    operator: string,
    inputs: readonly string[],
    attributes: TensorflowAttributes,
    result: ElementType,
  ): string {
    return this.named(`n${this.nodes.length}`, operator, attributes, result, inputs);
  }

  private named(
    name: string,
    operator: string,
    attributes: TensorflowAttributes,
    result: ElementType,
    inputs: readonly string[] = [],
  ): string {
    const defined = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const attr = defined.map(([key, value]) =>
      message('AttrEntry', { key, value: attributeValue(value as TensorflowAttribute) }),
    );
    this.nodes.push(message('NodeDef', { name, op: operator, input: [...inputs], attr }));
    return this.typed(name, result);
  }

  private typed(name: string, type: ElementType): string {
    this.types.set(name, type);
    return name;
  }

  private share(key: string, make: () => string): string {
    const name = this.shared.get(key) ?? make();
    this.shared.set(key, name);
    return name;
  }
}
