import { sha256 } from './canonical';

/** A field of a protobuf message: its number, and an integer or bytes. */
type Field = readonly [number: number, value: bigint | Uint8Array];

const utf8 = new TextDecoder();

/**
 * An ONNX file as text, names of its own making replaced by their first use.
 *
 * An exported file names a value by its number in the recorded program, calls that the passes removed included. Names of inputs, outputs
 * and weights stay; a constant's name becomes the hash of what it holds.
 */
export function onnxText(file: Uint8Array): string {
  const model = fieldsOf(file);
  const graph = fieldsOf(bytesIn(model, 7));
  const tensors = messagesIn(graph, 5).map((tensor) => ({ name: textIn(tensor, 8), content: tensorText(tensor) }));
  const borders = [11, 12].map((field) =>
    messagesIn(graph, field).map((value) => [textIn(value, 1), sha256(bytesIn(value, 2))]),
  );
  const weights = tensors.filter(({ name }) => !isOwn(name));
  const names = new Map(tensors.filter(({ name }) => isOwn(name)).map(({ name, content }) => [name, content]));
  const rename = (name: string) => {
    if (!isOwn(name)) return name;
    const known = names.get(name) ?? `own${names.size}`;
    names.set(name, known);
    return known;
  };
  const nodes = messagesIn(graph, 1).map((node) => {
    const [inputs, outputs] = [1, 2].map((field) => textsIn(node, field).map(rename));
    const attributes = messagesIn(node, 5).map((attribute) => `${textIn(attribute, 1)}:${contentOf(attribute)}`);
    return `${outputs} = ${textIn(node, 7)}.${textIn(node, 4)}(${inputs}) ${attributes.sort()}`;
  });
  const around = model.filter(([number]) => number !== 7);
  const lines = [
    contentOf(around),
    ...borders.flat().map((border) => border.join(' ')),
    ...weights.map(({ name, content }) => `${name} ${content}`).sort(),
    ...nodes,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Names that the exporter makes up: of values, of what it computes between, and of constants. */
const isOwn = (name: string) => /^[vtk]\d+$/.test(name);

/** Everything of a tensor but its name. */
const tensorText = (tensor: readonly Field[]) => contentOf(tensor.filter(([number]) => number !== 8));

const contentOf = (fields: readonly Field[]) =>
  sha256(...fields.flatMap(([number, value]) => [`${number}:`, typeof value === 'bigint' ? `${value};` : value]));

const allIn = (fields: readonly Field[], number: number) =>
  fields.filter(([own]) => own === number).map(([, value]) => value as Uint8Array);
const bytesIn = (fields: readonly Field[], number: number) => allIn(fields, number)[0] ?? new Uint8Array();
const messagesIn = (fields: readonly Field[], number: number) => allIn(fields, number).map(fieldsOf);
const textsIn = (fields: readonly Field[], number: number) => allIn(fields, number).map((bytes) => utf8.decode(bytes));
const textIn = (fields: readonly Field[], number: number) => textsIn(fields, number)[0] ?? '';

function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const [number, type] = [tag >> 3, tag & 7];
    if (type === 0) fields.push([number, varint()]);
    else if (type === 2) fields.push([number, take(Number(varint()))]);
    else fields.push([number, take(type === 1 ? 8 : 4)]);
  }
  return fields;
}
