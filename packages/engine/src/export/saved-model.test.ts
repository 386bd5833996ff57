import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { ProgramFunction } from '../record/record';
import { float32 } from '../tensor';
import { exportToSavedModel } from './saved-model';

/** The fields of bytes with a number, in an encoded message. */
function fieldsOf(bytes: Uint8Array, number: number): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === number && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

const at = (bytes: Uint8Array, ...path: number[]): Uint8Array =>
  path.reduce((inner, field) => fieldsOf(inner, field)[0], bytes);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const table = float32(
  Float32Array.from({ length: 6 }, (_, i) => i / 4),
  [3, 2],
);
const lookUp = (fn: ProgramFunction) =>
  exportToSavedModel(fn, {
    inputs: { ids: ['rows', 'length'] },
    batch: ({ rows, length }) => ({ flat: { shape: [rows * length], dtype: 'int32' } }),
    prologue: (graph, { rows, length }) => ({
      flat: graph.op('Reshape', ['ids', graph.integers([rows * length])], { Tshape: 'int32' }),
    }),
    parameters: { table, unread: float32([9]) },
  });

describe('exportToSavedModel', () => {
  const file = lookUp(({ flat }, { table }) => ({ y: tf.gather(table, flat as tf.Tensor1D) }));
  const bytes = Buffer.concat([...file.chunks()]);
  const metaGraph = at(bytes, 2);

  it('writes as many bytes as it says', () => expect(bytes).toHaveLength(file.byteLength));

  it('has the weights that are read as constants, with their data', () => {
    const nodes = fieldsOf(at(metaGraph, 2), 1);
    const named = nodes.filter((node) => textOf(at(node, 1)).startsWith('parameters/'));
    expect(named.map((node) => textOf(at(node, 1)))).toEqual(['parameters/table']);
    const value = fieldsOf(named[0], 5).find((entry) => textOf(at(entry, 1)) === 'value')!;
    const content = Uint8Array.from(at(value, 2, 8, 4));
    expect(Array.from(new Float32Array(content.buffer))).toEqual(Array.from(table.data));
  });

  it('has a signature with free sizes', () => {
    const [signature, ...others] = fieldsOf(metaGraph, 5);
    expect(others).toEqual([]);
    expect(textOf(at(signature, 1))).toBe('serving_default');
    const input = at(signature, 2, 1);
    expect([textOf(at(input, 1)), textOf(at(input, 2, 1))]).toEqual(['ids', 'ids:0']);
    expect(fieldsOf(at(input, 2, 3), 2)).toHaveLength(2);
    expect(textOf(at(signature, 2, 2, 1))).toBe('y');
  });

  it('refuses a program with a size as a number', () => {
    expect(() => lookUp(({ flat }) => ({ y: tf.mul(flat, tf.scalar(flat.shape[0], 'int32')) }))).toThrow(
      'without constants that depend on',
    );
  });
});
