import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldens, hasGoldens } from '../../test/goldens';
import { safetensorsBytes } from '../../test/safetensors-bytes';
import { parseHeader, topLevelKeys } from './safetensors';
import { serializeHeader } from './serialize-header';

const parse = (bytes: Uint8Array) => parseHeader(bytes, bytes.length, 'm.safetensors');
const tensor = (start: number, end: number, shape = [(end - start) / 4], dtype = 'F32') => {
  return { dtype, shape, data_offsets: [start, end] };
};
const file = (header: string | object, size = 0) => safetensorsBytes(header, new Uint8Array(size));

describe('parseHeader', () => {
  it('reads tensors in the order they lie, scalars and empty ones too', () => {
    const entries = {
      b: tensor(8, 32, [2, 3]),
      a: tensor(0, 8),
      empty: tensor(8, 8, [0, 5]),
      loss: tensor(32, 36, []),
    };
    const { metadata, tensors, dataStart } = parse(file({ __metadata__: { format: 'pt' }, ...entries }, 36));
    expect(metadata).toEqual({ format: 'pt' });
    expect([...tensors.keys()]).toEqual(['a', 'empty', 'b', 'loss']);
    expect(tensors.get('b')).toEqual({ dtype: 'F32', shape: [2, 3], start: 8, end: 32 });
    expect(dataStart).toBe(file({ __metadata__: { format: 'pt' }, ...entries }).length);
  });

  it('reads the header of quantized files, whose numbers may be smaller than a byte', () => {
    const entries = {
      codes: tensor(0, 3, [2, 3], 'F4'),
      scales: tensor(3, 5, [2], 'F8_E8M0'),
      waves: tensor(5, 13, [1], 'C64'),
    };
    expect([...parse(file(entries, 13)).tensors.values()].map(({ dtype }) => dtype)).toEqual(['F4', 'F8_E8M0', 'C64']);
    expect(() => parse(file({ codes: tensor(0, 2, [3], 'F4') }, 2))).toThrow('F4 [3] expected 1.5 bytes');
  });

  it('takes the names of object internals for names', () => {
    const bytes = file(
      `{"__proto__":${JSON.stringify(tensor(0, 4))},"constructor":${JSON.stringify(tensor(4, 8))}}`,
      8,
    );
    expect([...parse(bytes).tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });

  const absurd = file({ a: tensor(0, 4) }, 4);
  new DataView(absurd.buffer).setBigUint64(0, 2n ** 63n, true);
  const long = file({ a: tensor(0, 4) }, 4);
  new DataView(long.buffer).setBigUint64(0, 1000n, true);
  const repeated = `{"a":${JSON.stringify(tensor(0, 4))},"a":${JSON.stringify(tensor(0, 4))}}`;

  it.each([
    ['an empty file', new Uint8Array(), 'CHECKPOINT_TRUNCATED', 'expected at least 8 bytes, got 0'],
    ['an absurd header length', absurd, 'CHECKPOINT_HEADER', 'at most 100000000 bytes, got 9223372036854775808'],
    ['a header past the end', long, 'CHECKPOINT_TRUNCATED', 'expected a header of 1000 bytes'],
    ['no JSON', file('{"a":'), 'CHECKPOINT_HEADER', 'expected a header in JSON'],
    ['a byte order mark', file('\ufeff{}'), 'CHECKPOINT_HEADER', 'expected a header in JSON'],
    ['an array', file('[]'), 'CHECKPOINT_HEADER', 'expected a header that is a JSON object, got an array of 0'],
    ['an entry that is a string', file({ a: 'x' }), 'CHECKPOINT_HEADER', 'tensor "a": expected an object, got "x"'],
    ['an unknown dtype', file({ a: tensor(0, 4, [1], 'F33') }, 4), 'CHECKPOINT_HEADER', 'got "F33"'],
    ['a dtype of an object', file({ a: tensor(0, 4, [1], 'toString') }, 4), 'CHECKPOINT_HEADER', 'got "toString"'],
    ['a negative dimension', file({ a: tensor(0, 4, [-1, -1]) }, 4), 'CHECKPOINT_HEADER', 'got [-1, -1]'],
    ['a fraction of a dimension', file({ a: tensor(0, 4, [0.5, 2]) }, 4), 'CHECKPOINT_HEADER', 'got [0.5, 2]'],
    ['a dimension in quotes', file({ a: { ...tensor(0, 4), shape: ['1'] } }, 4), 'CHECKPOINT_HEADER', 'got ["1"]'],
    ['a size past 2⁵³', file({ a: tensor(0, 4, [2 ** 40, 2 ** 40, 0]) }, 4), 'CHECKPOINT_HEADER', 'got more than 2⁵³'],
    ['a single offset', file({ a: { ...tensor(0, 4), data_offsets: [0] } }, 4), 'CHECKPOINT_HEADER', 'got [0]'],
    ['reversed offsets', file({ a: tensor(4, 0, [1]) }, 4), 'CHECKPOINT_HEADER', 'got data_offsets [4, 0)'],
    ['offsets of another size', file({ a: tensor(0, 4, [2]) }, 4), 'CHECKPOINT_HEADER', 'F32 [2] expected 8 bytes'],
    ['data past the end', file({ a: tensor(0, 400) }, 4), 'CHECKPOINT_TRUNCATED', 'tensor "a" lies at [0, 400)'],
    ['an overlap', file({ a: tensor(0, 8), b: tensor(4, 12) }, 12), 'CHECKPOINT_HEADER', 'tensor "b" overlaps'],
    ['the same bytes twice', file({ a: tensor(0, 8), b: tensor(0, 8) }, 8), 'CHECKPOINT_HEADER', 'overlaps'],
    ['a hole', file({ a: tensor(0, 4), b: tensor(8, 12) }, 12), 'CHECKPOINT_HEADER', 'tensor "b" leaves a hole'],
    ['data nobody owns', file({ a: tensor(0, 4) }, 8), 'CHECKPOINT_HEADER', 'expected 4 bytes of tensors, got 8'],
    ['a name twice', file(repeated, 4), 'CHECKPOINT_HEADER', 'expected each tensor once, got "a" twice'],
    ['deep nesting', file(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), 'CHECKPOINT_HEADER', 'got an array of 1'],
    ['metadata with numbers', file({ __metadata__: { a: 1 } }), 'CHECKPOINT_HEADER', '__metadata__ expected strings'],
  ])('refuses %s', (_, bytes, code, message) => {
    const error = expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) });
    expect(() => parse(bytes)).toThrow(error);
    expect(() => parse(bytes)).toThrow(/^m\.safetensors: .*download it again$/);
  });

  const valid = file({ __metadata__: { format: 'pt' }, b: tensor(8, 32, [2, 3]), a: tensor(0, 8) }, 32);

  // What becomes of other damage is in node/checkpoint/fuzz.test.ts.
  it('refuses a file cut anywhere', () => {
    for (let length = 0; length < valid.length; length++) {
      const error = expect.objectContaining({ name: 'AttuneError', code: expect.stringMatching(/^CHECKPOINT_/) });
      expect(() => parse(valid.subarray(0, length))).toThrow(error);
    }
  });
});

describe('serializeHeader', () => {
  it('lays the widest dtype first, then by name, and fills up to eight bytes', () => {
    const tensors = [
      { name: 'mask', dtype: 'BOOL', shape: [3] },
      { name: 'b', dtype: 'F32', shape: [2] },
      { name: 'ids', dtype: 'I64', shape: [1] },
      { name: '10', dtype: 'F32', shape: [] },
    ] as const;
    const { bytes, header } = serializeHeader(tensors);
    expect([...header.tensors].map(([name, { start, end }]) => [name, start, end])).toEqual([
      ['ids', 0, 8],
      ['10', 8, 12],
      ['b', 12, 20],
      ['mask', 20, 23],
    ]);
    expect(bytes.length % 8).toBe(0);
    expect(parseHeader(bytes, bytes.length + 23, 'm')).toEqual(header);
  });

  it('refuses a name twice', () => {
    const one = { name: 'a', dtype: 'F32', shape: [1] } as const;
    expect(() => serializeHeader([one, one])).toThrow(RangeError);
    expect(() => serializeHeader([{ ...one, name: '__metadata__' }])).toThrow('got "__metadata__"');
  });

  it('reads back as it was, whatever the names', () => {
    const dtype = fc.constantFrom('F32' as const, 'F16' as const, 'I64' as const, 'U8' as const);
    const shape = fc.array(fc.nat(4), { maxLength: 3 });
    const all = fc.uniqueArray(fc.record({ name: fc.string({ unit: 'binary' }), dtype, shape }), {
      selector: (t) => t.name,
      maxLength: 6,
    });
    fc.assert(
      fc.property(all, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
        const { bytes, header } = serializeHeader(tensors, metadata);
        const size = Math.max(0, ...Array.from(header.tensors.values(), ({ end }) => end));
        expect(parseHeader(bytes, bytes.length + size, 'm')).toEqual(header);
      }),
    );
  });
});

describe.skipIf(!hasGoldens)("the reference's files (needs ../shared/goldens)", () => {
  const files = hasGoldens ? readdirSync(goldens, { recursive: true, encoding: 'utf8' }) : [];

  it.each(files.filter((name) => name.endsWith('.safetensors')))('writes the header of %s byte for byte', (name) => {
    const bytes = readFileSync(`${goldens}${name}`);
    const { tensors, metadata, dataStart } = parse(bytes);
    const shapes = Array.from(tensors, ([name, { dtype, shape }]) => ({ name, dtype, shape })).reverse();
    const written = serializeHeader(shapes, metadata).bytes;
    expect(Buffer.from(written).equals(bytes.subarray(0, dataStart))).toBe(true);
  });
});

it('finds repeated keys, and none of those inside values', () => {
  expect(topLevelKeys('{"a": {"b": [1, {"c": "\\"d\\": 1"}]}, "a": "x:y", "\\u0061": 1}')).toEqual(['a', 'a', 'a']);
});

it('agrees with JSON.parse on any object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      expect(topLevelKeys(JSON.stringify(object, null, 1)).sort()).toEqual(Object.keys(object).sort());
    }),
  );
});
