import { FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';
import { createSchema } from './protobuf';

/**
 * The part of TensorFlow's protobuf schema that a SavedModel needs. Field numbers as in tensorflow/core/{protobuf,framework}
 * (TensorFlow 2.18); a map is on the wire what a list of entries is.
 */
export const { message, encode } = createSchema({
  name: 'tensorflow',
  syntax: 'proto2', // so that an attribute of 0 or false is written
  messages: {
    SavedModel: [
      ['saved_model_schema_version', 1, Type.INT64],
      ['meta_graphs', 2, 'MetaGraphDef', 'repeated'],
    ],
    MetaGraphDef: [
      ['meta_info_def', 1, 'MetaInfoDef'],
      ['graph_def', 2, 'GraphDef'],
      ['signature_def', 5, 'SignatureEntry', 'repeated'],
    ],
    MetaInfoDef: [
      ['tags', 4, Type.STRING, 'repeated'],
      ['tensorflow_version', 5, Type.STRING],
    ],
    SignatureEntry: [
      ['key', 1, Type.STRING],
      ['value', 2, 'SignatureDef'],
    ],
    SignatureDef: [
      ['inputs', 1, 'TensorInfoEntry', 'repeated'],
      ['outputs', 2, 'TensorInfoEntry', 'repeated'],
      ['method_name', 3, Type.STRING],
    ],
    TensorInfoEntry: [
      ['key', 1, Type.STRING],
      ['value', 2, 'TensorInfo'],
    ],
    TensorInfo: [
      ['name', 1, Type.STRING],
      ['dtype', 2, Type.INT32],
      ['tensor_shape', 3, 'TensorShapeProto'],
    ],
    GraphDef: [
      ['node', 1, 'NodeDef', 'repeated'],
      ['versions', 4, 'VersionDef'],
    ],
    VersionDef: [
      ['producer', 1, Type.INT32],
      ['min_consumer', 2, Type.INT32],
    ],
    NodeDef: [
      ['name', 1, Type.STRING],
      ['op', 2, Type.STRING],
      ['input', 3, Type.STRING, 'repeated'],
      ['attr', 5, 'AttrEntry', 'repeated'],
    ],
    AttrEntry: [
      ['key', 1, Type.STRING],
      ['value', 2, 'AttrValue'],
    ],
    AttrValue: [
      ['s', 2, Type.BYTES],
      ['i', 3, Type.INT64],
      ['f', 4, Type.FLOAT],
      ['b', 5, Type.BOOL],
      ['type', 6, Type.INT32],
      ['shape', 7, 'TensorShapeProto'],
      ['tensor', 8, 'TensorProto'],
    ],
    TensorShapeProto: [['dim', 2, 'Dimension', 'repeated']],
    Dimension: [['size', 1, Type.INT64]],
    TensorProto: [
      ['dtype', 1, Type.INT32],
      ['tensor_shape', 2, 'TensorShapeProto'],
      ['tensor_content', 4, Type.BYTES],
    ],
  },
});
