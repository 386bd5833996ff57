import { create, createFileRegistry, type DescMessage, type Message, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

/** A field of a message: of a scalar type, or of another message by its name. */
export type Field = readonly [name: string, number: number, type: Type | string, repeated?: 'repeated'];

/** Messages of a protobuf package, made and encoded by name. */
export interface Schema {
  /** A message. Nested messages are made by this function too. */
  message(name: string, fields: Readonly<Record<string, unknown>>): Message;
  /** The bytes of a message. */
  encode(encoded: Message): Uint8Array<ArrayBuffer>;
}

export interface SchemaOptions {
  readonly name: string;
  readonly syntax: 'proto2' | 'proto3';
  readonly messages: Readonly<Record<string, readonly Field[]>>;
}

/** A schema from a table of messages. With `proto2` fields are written even if they are zero. */
export function createSchema({ name, syntax, messages }: SchemaOptions): Schema {
  const describeField = ([field, number, type, repeated]: Field) => ({
    name: field,
    number,
    label: repeated ? Label.REPEATED : Label.OPTIONAL,
    ...(typeof type === 'string' ? { type: Type.MESSAGE, typeName: `.${name}.${type}` } : { type }),
  });
  const file = create(FileDescriptorProtoSchema, {
    name: `${name}.proto`,
    package: name,
    syntax,
    messageType: Object.entries(messages).map(([name, fields]) => ({ name, field: fields.map(describeField) })),
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schemaOf = (message: string): DescMessage => {
    const schema = registry.getMessage(`${name}.${message}`);
    if (!schema) throw new Error(`${name}: no message "${message}" in the schema`);
    return schema;
  };
  return {
    message: (message, fields) => create(schemaOf(message), fields as never),
    encode: (encoded) =>
      toBinary(schemaOf(encoded.$typeName.slice(name.length + 1)), encoded) as Uint8Array<ArrayBuffer>,
  };
}

/** Tag and length that precede a field of bytes. */
export function fieldHead(field: number, length: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish() as Uint8Array<ArrayBuffer>;
}

/** The parts, one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
