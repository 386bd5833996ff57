import { AttuneError } from '@attune/internal';
import type { Message } from '@bufbuild/protobuf';
import { bytesOf } from '../tensor';
import { fieldHead, joinBytes } from './protobuf';
import {
  type ElementType,
  elementType,
  shapeMessage,
  type TensorflowGraph,
  type TensorflowWeight,
} from './tensorflow-graph';
import { encode, message } from './tensorflow-schema';

/** An input or output of a signature: its name in the graph, its type and its shape. */
export interface SignatureValue {
  readonly name: string;
  readonly dtype: ElementType;
  /** A dimension of −1 is dynamic. */
  readonly shape: readonly number[];
}

/** A function of a SavedModel; inputs and outputs by the names that its callers use. */
export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureValue>>;
  readonly outputs: Readonly<Record<string, SignatureValue>>;
}

/** The file `saved_model.pb`, written in chunks, so that its weights are never held in memory twice. */
export interface SavedModelFile {
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  /** The bytes of the file without the weights. */
  readonly structure: Uint8Array<ArrayBuffer>;
  /** The bytes of the whole file, in chunks; can be called repeatedly. */
  chunks(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** Field numbers of the messages around weights. */
const fields = { metaGraphs: 2, graphDef: 2, node: 1, attr: 5, value: 2, tensor: 8, tensorContent: 4 };

/** Protobuf counts a message's bytes in 31 bits. */
const mostBytes = 2 ** 31 - 1;

/**
 * A SavedModel with the tag `serve`. Its graph has no variables, or initializes them itself.
 *
 * @throws AttuneError EXPORT_TOO_LARGE from 2 GiB on
 */
export function savedModelFile(
  graph: TensorflowGraph,
  signatures: Readonly<Record<string, Signature>> = {},
): SavedModelFile {
  const around = encode(
    message('MetaGraphDef', {
      metaInfoDef: message('MetaInfoDef', { tags: ['serve'], tensorflowVersion: '2.18.0' }),
      signatureDef: Object.entries(signatures).map(signatureEntry),
    }),
  );
  const nodes = encode(graph.toMessage());
  const heads = graph.weights.map(weightHead);
  const graphLength = heads.reduce((sum, { length }, i) => sum + length + bytesOf(graph.weights[i]), nodes.length);
  refuseTooLarge(graphLength + around.length);
  const graphHead = fieldHead(fields.graphDef, graphLength);
  const metaLength = around.length + graphHead.length + graphLength;
  const version = encode(message('SavedModel', { savedModelSchemaVersion: 1n }));
  const start = joinBytes([version, fieldHead(fields.metaGraphs, metaLength), around, graphHead, nodes]);
  return {
    byteLength: start.length + graphLength - nodes.length,
    structure: joinBytes([start, ...heads]),
    *chunks() {
      yield start;
      for (const [i, weight] of graph.weights.entries()) {
        yield heads[i];
        const { buffer, byteOffset, byteLength } = weight.data();
        yield new Uint8Array(buffer, byteOffset, byteLength);
      }
    },
  };
}

/** The bytes of a SavedModel, in memory. */
export const savedModel = (graph: TensorflowGraph): Uint8Array<ArrayBuffer> =>
  joinBytes([...savedModelFile(graph).chunks()]);

function refuseTooLarge(length: number): void {
  // Tags and lengths come on top.
  if (length + 100 <= mostBytes) return;
  throw new AttuneError(
    'EXPORT_TOO_LARGE',
    `export: expected a model under 2 GiB, the limit of a SavedModel's file, got ${(length / 2 ** 30).toFixed(2)} GiB; export a smaller one`,
  );
}

function signatureEntry([key, { inputs, outputs }]: readonly [string, Signature]): Message {
  const entries = (values: Signature['inputs']) => Object.entries(values).map(([key, value]) => infoEntry(key, value));
  const fields = { inputs: entries(inputs), outputs: entries(outputs), methodName: 'tensorflow/serving/predict' };
  return message('SignatureEntry', { key, value: message('SignatureDef', fields) });
}

const infoEntry = (key: string, { name, dtype, shape }: SignatureValue): Message =>
  message('TensorInfoEntry', {
    key,
    value: message('TensorInfo', {
      name: name.includes(':') ? name : `${name}:0`,
      dtype: elementType[dtype],
      tensorShape: shapeMessage(shape),
    }),
  });

/** A constant node of the graph, up to its data. */
function weightHead(weight: TensorflowWeight): Uint8Array<ArrayBuffer> {
  const { name, dtype, shape } = weight;
  const type = message('AttrEntry', { key: 'dtype', value: message('AttrValue', { type: elementType[dtype] }) });
  const levels = [
    {
      before: message('TensorProto', { dtype: elementType[dtype], tensorShape: shapeMessage(shape) }),
      field: fields.tensorContent,
    },
    { before: message('AttrValue', {}), field: fields.tensor },
    { before: message('AttrEntry', { key: 'value' }), field: fields.value },
    { before: message('NodeDef', { name, op: 'Const', attr: [type] }), field: fields.attr },
  ];
  let head = new Uint8Array();
  for (const { before, field } of levels)
    head = joinBytes([encode(before), fieldHead(field, head.length + bytesOf(weight)), head]);
  return joinBytes([fieldHead(fields.node, head.length + bytesOf(weight)), head]);
}
