import { AttuneError, type HostTensor, type Specs, sizeOf } from '@attune/engine';
import { describe } from '../../checkpoint/describe';
import { type QuantisedModel, quantiseParameter } from '../../quantised/quantised';
import type { Weights } from './open-safetensors';

export interface ReadParametersOptions {
  /** Names of the model's parameters → those of the checkpoint's tensors. */
  readonly from: ReadonlyMap<string, string>;
  /** Shapes of the parameters. */
  readonly specs: Specs;
  /** Weights that become codes and scales, and their format. */
  readonly quantised?: QuantisedModel['quantised'];
}

/**
 * Reads parameters tensor by tensor. What is to be quantised goes through one array, as large as the largest such weight, so that
 * no two of them are in memory as float32.
 */
export async function readParameters(
  weights: Weights,
  { from, specs, quantised }: ReadParametersOptions,
): Promise<Record<string, HostTensor>> {
  const parameters: Record<string, HostTensor> = {};
  const passing = quantised && new Float32Array(largest(specs, quantised.weights));
  for (const [name, inFile] of from) {
    const spec = specs[name];
    const isQuantised = quantised?.weights.has(name) ?? false;
    const data = isQuantised ? passing!.subarray(0, sizeOf(spec.shape)) : new Float32Array(sizeOf(spec.shape));
    await weights.readInto(inFile, data);
    const tensor = { ...spec, data };
    Object.assign(
      parameters,
      isQuantised ? quantisedFrom(name, tensor, { inFile, quantised: quantised! }) : { [name]: tensor },
    );
  }
  return parameters;
}

function quantisedFrom(
  name: string,
  tensor: HostTensor,
  { inFile, quantised }: { inFile: string; quantised: QuantisedModel['quantised'] },
): Record<string, HostTensor> {
  try {
    return quantiseParameter(name, tensor, quantised.format);
  } catch (cause) {
    const message = `tensor ${describe(inFile)} cannot be quantised (${(cause as Error).message}); download the checkpoint again`;
    throw new AttuneError('CHECKPOINT_VALUES', message, { cause });
  }
}

const largest = (specs: Specs, names: ReadonlySet<string>) =>
  Array.from(names, (name) => sizeOf(specs[name].shape)).reduce((a, b) => Math.max(a, b), 0);
