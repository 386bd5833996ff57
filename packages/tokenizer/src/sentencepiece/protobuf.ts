/** A field of a message: its number, and its value as far as the wire type determines it. */
export interface Field {
  readonly number: number;
  /** An integer, the bits of a 32-bit number, or the bytes of a string or message; `undefined` for 64 bits. */
  readonly value: number | Uint8Array | undefined;
}

/**
 * Reads the fields of a protobuf message, in order.
 *
 * Source: "Encoding", protobuf.dev: a key is `number << 3 | type`, and types are 0 (varint), 1 (64 bits), 2 (bytes,
 * preceded by their length) and 5 (32 bits).
 *
 * @throws RangeError if the bytes are not a message, or end within a field
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const skip = (count: number) => {
    const start = position;
    position += count;
    if (position > bytes.length) throw new RangeError(`a field of ${count} bytes ends behind the end`);
    return start;
  };
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(skip(1));
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (factor > 2 ** 60) throw new RangeError('a number of more than 64 bits');
    }
  };
  while (position < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (number === 0) throw new RangeError('a field of number 0');
    const type = key % 8;
    if (type === 0) yield { number, value: varint() };
    else if (type === 2) {
      const length = varint();
      const start = skip(length);
      yield { number, value: bytes.subarray(start, start + length) };
    } else if (type === 5) yield { number, value: view.getUint32(skip(4), true) };
    else if (type === 1) yield { number, value: void skip(8) };
    else throw new RangeError(`a field of type ${type}`);
  }
}

/** The 32-bit floating-point number with the given bits. */
export function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0];
}
