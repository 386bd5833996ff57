import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of a protobuf message: its number in the schema, its type and its value. An int32 is written as an int64. */
export type Field =
  | readonly [number: number, type: 'int64' | 'double' | 'float', value: number]
  | readonly [number: number, type: 'string', value: string]
  | readonly [number: number, type: 'message', value: Uint8Array];

/**
 * The bytes of a protobuf message with these fields, in this order; defaults are written out.
 *
 * ```ts
 * message([1, 'string', 'loss'], [2, 'float', 0.5]); // 0a 04 6c 6f 73 73 15 00 00 00 3f
 * ```
 */
export function message(...fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const field of fields) writeField(writer, field);
  return writer.finish() as Uint8Array<ArrayBuffer>;
}

function writeField(writer: BinaryWriter, [number, type, value]: Field): void {
  if (type === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
  else if (type === 'message') writer.tag(number, WireType.LengthDelimited).bytes(value);
  else if (type === 'int64') writer.tag(number, WireType.Varint).int64(value);
  else if (type === 'double') writer.tag(number, WireType.Bit64).double(value);
  else writer.tag(number, WireType.Bit32).float(value);
}
