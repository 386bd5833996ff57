import type { Tensor } from '@tensorflow/tfjs-core';
import type { Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';
import { withRecordingBackend } from './backend';

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A pure function in TensorFlow.js operations: what changes from call to call (`batch`) and what is learnt
 * (`parameters`) in, named tensors out. It is called once for each set of shapes, to be recorded.
 */
export type ProgramFunction = (batch: Tensors, parameters: Tensors) => Tensors;

export type Specs = Readonly<Record<string, TensorSpec>>;

/**
 * Records one call of `fn` on tensors of the given shapes.
 *
 * Inputs of the program are the names of `batch` and `parameters` together, which must differ.
 * @throws RangeError for a name that is in both; Error for an operation that has no kernel here.
 */
export function record(fn: ProgramFunction, batch: Specs, parameters: Specs = {}): Program {
  const shared = Object.keys(batch).find((name) => name in parameters);
  if (shared !== undefined)
    throw new RangeError(`record: "${shared}" names a batch tensor and a parameter; rename one`);
  const { tape, result } = withRecordingBackend((backend) => {
    const inputs: Record<string, ValueId> = {};
    const place = (specs: Specs) =>
      mapRecord(specs, (spec, name) => {
        const tensor = backend.placeholder(spec);
        inputs[name] = backend.idOf(tensor);
        return tensor;
      });
    const outputs = fn(place(batch), place(parameters));
    return { inputs, outputs: mapRecord(outputs, (tensor) => backend.idOf(tensor)) };
  });
  return { ...tape, ...result };
}

export function mapRecord<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
