import { FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';
import { createSchema } from './protobuf';

/** The part of ONNX's protobuf schema that a graph needs. Field numbers as in onnx.proto3 (ONNX, IR version 10). */
export const { message, encode } = createSchema({
  name: 'onnx',
  syntax: 'proto3',
  messages: {
    ModelProto: [
      ['ir_version', 1, Type.INT64],
      ['producer_name', 2, Type.STRING],
      ['graph', 7, 'GraphProto'],
      ['opset_import', 8, 'OperatorSetIdProto', 'repeated'],
    ],
    OperatorSetIdProto: [
      ['domain', 1, Type.STRING],
      ['version', 2, Type.INT64],
    ],
    GraphProto: [
      ['node', 1, 'NodeProto', 'repeated'],
      ['name', 2, Type.STRING],
      ['initializer', 5, 'TensorProto', 'repeated'],
      ['input', 11, 'ValueInfoProto', 'repeated'],
      ['output', 12, 'ValueInfoProto', 'repeated'],
    ],
    NodeProto: [
      ['input', 1, Type.STRING, 'repeated'],
      ['output', 2, Type.STRING, 'repeated'],
      ['name', 3, Type.STRING],
      ['op_type', 4, Type.STRING],
      ['attribute', 5, 'AttributeProto', 'repeated'],
      ['domain', 7, Type.STRING],
    ],
    AttributeProto: [
      ['name', 1, Type.STRING],
      ['f', 2, Type.FLOAT],
      ['i', 3, Type.INT64],
      ['s', 4, Type.BYTES],
      ['ints', 8, Type.INT64, 'repeated'],
      ['type', 20, Type.INT32],
    ],
    TensorProto: [
      ['dims', 1, Type.INT64, 'repeated'],
      ['data_type', 2, Type.INT32],
      ['name', 8, Type.STRING],
      ['raw_data', 9, Type.BYTES],
    ],
    ValueInfoProto: [
      ['name', 1, Type.STRING],
      ['type', 2, 'TypeProto'],
    ],
    TypeProto: [['tensor_type', 1, 'TypeProtoTensor']],
    TypeProtoTensor: [
      ['elem_type', 1, Type.INT32],
      ['shape', 2, 'TensorShapeProto'],
    ],
    TensorShapeProto: [['dim', 1, 'Dimension', 'repeated']],
    Dimension: [
      ['dim_value', 1, Type.INT64],
      ['dim_param', 2, Type.STRING],
    ],
  },
});
