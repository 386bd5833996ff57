import { optimise, type Program, record, sizeOf, withGradients } from '@attune/engine';
import type { MemoryOptions } from './memory-estimate';
import { planTraining } from './plan';
import type { Examples, TaskBatch } from './tasks/task';
import { trainedProgram } from './trained-program';

/** Steps whose batches are looked at: the shapes of an epoch show early. */
const watchedSteps = 100;

/** A step of the largest batch, recorded, and the places of every batch that was looked at. */
export interface RecordedStep {
  readonly program: Program;
  /** Of the shapes there are, the largest first: places for tokens. */
  readonly shapes: readonly number[];
  /** Mean over the steps looked at. */
  readonly placesAStep: number;
  readonly steps: number;
}

export function recordStep<Data extends Examples>(
  options: MemoryOptions<Data>,
  trains: (name: string) => boolean,
): RecordedStep {
  const { model, parameters, arguments: args } = options;
  const { batches, placesAStep, steps } = firstBatches(options);
  const [largest, ...others] = batches.sort((a, b) => places(b) - places(a));
  const trained = Object.keys(parameters).filter((name) => parameters[name].dtype === 'float32' && trains(name));
  const seed = { shape: [2], dtype: 'int32', data: new Int32Array(2) } as const;
  const program = record(withGradients(trainedProgram(model, args), trained), { ...largest.tensors, seed }, parameters);
  return { program: optimise(program), shapes: [largest, ...others].map(places), placesAStep, steps };
}

/** Floating-point operations of a step's matrix products, on average. */
export const operationsOfStep = ({ program, shapes: [largest], placesAStep }: RecordedStep): number =>
  (productOperations(program) * placesAStep) / largest;

/** The kernels that are matrix products, and what they call their first factor. */
const firstFactor: Readonly<Record<string, string>> = { BatchMatMul: 'a', Linear: 'x', QuantizedLinear: 'x' };

/** Multiplications and additions of a program's matrix products. */
function productOperations({ nodes, values }: Program): number {
  return nodes
    .filter(({ kernel }) => kernel in firstFactor)
    .reduce((sum, { kernel, inputs, attributes, outputs }) => {
      const inner = values[inputs[firstFactor[kernel]]].shape.at(attributes.transposeA ? -2 : -1)!;
      return sum + 2 * inner * sizeOf(values[outputs[0]].shape);
    }, 0);
}

/** One batch of each shape that the first steps meet, and how many places a step has. */
function firstBatches<Data extends Examples>({ model, task, data, arguments: args }: MemoryOptions<Data>) {
  const plan = planTraining(data, args, model.config.padTokenId);
  const batches = new Map<string, TaskBatch>();
  const watched = Math.min(watchedSteps, plan.stepsPerEpoch, plan.totalSteps);
  let all = 0;
  for (let step = 0; step < watched; step++)
    for (const examples of plan.batchesOf(step)) {
      const batch = task.batch(data, examples, { ...plan.shape, random: { seed: args.seed, epoch: 1 } });
      batches.set(JSON.stringify(Object.values(batch.tensors).map(({ shape }) => shape)), batch);
      all += places(batch);
    }
  return { batches: [...batches.values()], placesAStep: all / watched, steps: plan.totalSteps };
}

const places = ({ tensors }: TaskBatch): number => sizeOf(tensors.inputIds.shape);
