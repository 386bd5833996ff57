import { AttuneError } from '@attune/internal';
import { type DType, sizeOf } from '../tensor';
import { encode, message } from './onnx-schema';
import { fieldHead as headOf, joinBytes } from './protobuf';

/** Element types of an ONNX file. */
export type ElementType = DType | 'int64' | 'int8';

/** Their numbers in `TensorProto.DataType`. */
export const elementType: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
};

const bytesPerElement: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
};

/** A constant tensor of a file. */
export interface Weight {
  /** Its name in the graph. */
  readonly name: string;
  /** Type of the elements. */
  readonly dtype: ElementType;
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** Called once each time the file is written. */
  readonly data: () => ArrayBufferView<ArrayBuffer>;
}

/**
 * An ONNX model that is written in chunks, so that its weights are never held in memory twice.
 *
 * @example
 * for (const chunk of file.chunks()) await handle.write(chunk);
 */
export interface OnnxFile {
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  /** The constant tensors, in the order of the file. */
  readonly weights: readonly Weight[];
  /** The bytes of the file without the weights. */
  readonly structure: Uint8Array<ArrayBuffer>;
  /** The bytes of the whole file, in chunks; can be called repeatedly. */
  chunks(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** Field numbers of onnx.proto3 that are written around weights. */
const fields = { modelGraph: 7, graphInitializer: 5, tensorRawData: 9 };

/** Protobuf counts a message's bytes in 31 bits, and runtimes refuse a larger file. */
const mostBytes = 2 ** 31 - 1;

/**
 * A file from an encoded `ModelProto` without its graph, an encoded `GraphProto`, and the weights of that graph.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on
 */
export function onnxFile({
  model,
  graph,
  weights,
}: {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly graph: Uint8Array<ArrayBuffer>;
  readonly weights: readonly Weight[];
}): OnnxFile {
  const heads = weights.map(weightHead);
  const graphLength = heads.reduce((sum, { length }, i) => sum + length + bytesOf(weights[i]), graph.length);
  refuseTooLarge(graphLength + model.length);
  const graphHead = fieldHead(fields.modelGraph, graphLength);
  return {
    byteLength: model.length + graphHead.length + graphLength,
    weights,
    structure: joinBytes([model, graph, ...heads]),
    *chunks() {
      yield joinBytes([model, graphHead, graph]);
      for (const [i, weight] of weights.entries()) {
        yield heads[i];
        const { buffer, byteOffset, byteLength } = weight.data();
        yield new Uint8Array(buffer, byteOffset, byteLength);
      }
    },
  };
}

function refuseTooLarge(length: number): void {
  // The graph's own tag and length come on top.
  if (length + 11 <= mostBytes) return;
  throw new AttuneError(
    'EXPORT_TOO_LARGE',
    `export: expected a model under 2 GiB, the limit of an ONNX file, got ${(length / 2 ** 30).toFixed(2)} GiB; export a smaller one, or with 8-bit weights (int8)`,
  );
}

const bytesOf = ({ shape, dtype }: Weight) => sizeOf(shape) * bytesPerElement[dtype];

/** A weight in its graph, up to its data. */
function weightHead(weight: Weight): Uint8Array<ArrayBuffer> {
  const { name, dtype, shape } = weight;
  const tensor = encode(message('TensorProto', { name, dims: shape.map(BigInt), dataType: elementType[dtype] }));
  const dataHead = fieldHead(fields.tensorRawData, bytesOf(weight));
  const length = tensor.length + dataHead.length + bytesOf(weight);
  return joinBytes([fieldHead(fields.graphInitializer, length), tensor, dataHead]);
}

/** Tag and length of a field of bytes. */
function fieldHead(field: number, length: number): Uint8Array<ArrayBuffer> {
  if (length > mostBytes) refuseTooLarge(length);
  return headOf(field, length);
}
