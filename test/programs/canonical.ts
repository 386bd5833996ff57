import { createHash } from 'node:crypto';
import type { Program } from './adapter';

type ValueId = number;

/**
 * The same program with values numbered by their first use, inputs and outputs in the order of their names.
 *
 * Numbers of values say how many calls were recorded, also those that the passes removed, and the order of names in a record
 * says nothing; nodes keep their order, which decides when memory is needed.
 */
export function canonicalProgram({ inputs, outputs, nodes, constants, values }: Program): Program {
  const numbers = new Map<ValueId, ValueId>();
  const order: ValueId[] = [];
  const number = (value: ValueId): ValueId => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, order.length);
    return order.push(value) - 1;
  };
  const named = (record: Readonly<Record<string, ValueId>>) =>
    sortedEntries(record).map(([name, value]) => [name, number(value)] as const);
  const own = {
    inputs: Object.fromEntries(named(inputs)),
    nodes: nodes.map((node) => ({
      ...node,
      inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, number(value)])),
      outputs: node.outputs.map(number),
    })),
    outputs: Object.fromEntries(named(outputs)),
  };
  const used = order.flatMap((value, i) => (constants.has(value) ? [[i, constants.get(value)!] as const] : []));
  return { ...own, values: order.map((value) => values[value]), constants: new Map(used) };
}

/** A program as text: a line for each input, constant, node and output. */
export function programText(program: Program): string {
  const { inputs, outputs, nodes, constants, values } = canonicalProgram(program);
  const spec = (value: ValueId) => `v${value} ${values[value].dtype}[${values[value].shape}]`;
  const lines = [
    ...Object.entries(inputs).map(([name, value]) => `input ${name}: ${spec(value)}`),
    ...[...constants].map(([value, { buffer, byteOffset, byteLength }]) => {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      return `constant ${spec(value)} ${sha256(bytes)}`;
    }),
    ...nodes.map(({ kernel, inputs, attributes, outputs }) => {
      const read = sortedEntries(inputs).map(([key, value]) => `${key}=v${value}`);
      return `${outputs.map(spec).join(', ')} = ${kernel}(${read.join(', ')}) ${attributeText(attributes)}`;
    }),
    ...Object.entries(outputs).map(([name, value]) => `output ${name}: ${spec(value)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Numbers exactly, −0 and infinities too; what is undefined is not there. */
function attributeText(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(attributeText).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const known = sortedEntries(value as Record<string, unknown>).filter(([, own]) => own !== undefined);
    return `{${known.map(([key, own]) => `${key}: ${attributeText(own)}`).join(', ')}}`;
  }
  throw new TypeError(`expected an attribute of plain values, got ${String(value)}; write it out here`);
}

/** By name; numbers by their size, so that the inputs of a list keep their order. */
function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : Number(a > b)));
}
