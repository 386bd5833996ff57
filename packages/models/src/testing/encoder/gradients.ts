import { type Engine, gradientName, withGradients } from '@attune/engine';
import { goldenBatch, tensorOf } from '../golden-files';
import { type Golden, longest, twoToARow } from './golden';
import { type EncoderLimits, near, nearGradients } from './near';

export interface GradientsOptions {
  readonly engine: Engine;
  readonly limits: EncoderLimits;
}

const expectedGradient = ({ io }: Golden, parameter: string) => tensorOf(io, `grad.${parameter}`).data as Float32Array;

/** The gradient of every parameter, as an engine computes it. */
export async function checkGradients(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { model, parameters, io } = golden;
  const program = engine.compile(withGradients(model.program, Object.keys(parameters)));
  const out = await program.run(goldenBatch(io, twoToARow(io)), parameters);
  const both = (name: string) => [out[gradientName(name)].data, expectedGradient(golden, name)] as const;
  nearGradients(golden, both, limits.gradients);
}

/** The same in float64: what is off here is off in the model, not in an engine. */
export async function checkExactGradients(golden: Golden, limits: EncoderLimits): Promise<void> {
  const { exact, io } = golden;
  near('loss', [exact.loss.data, io.loss.data as Float32Array], limits.loss);
  const both = (name: string) => [exact[gradientName(name)].data, expectedGradient(golden, name)] as const;
  nearGradients(golden, both, limits.gradients);
}

/** Logits, loss and gradients do not depend on how the rows are filled, nor with which token. */
export async function checkInvariance(golden: Golden, { engine, limits }: GradientsOptions): Promise<void> {
  const { model, parameters, io } = golden;
  const program = engine.compile(withGradients(model.program, Object.keys(parameters)));
  const tight = await program.run(goldenBatch(io, longest(io)), parameters);
  const filling = { rowMultiple: 4, padTokenId: model.config.vocabSize - 1 };
  const filled = await program.run(goldenBatch(io, twoToARow(io) + 3, filling), parameters);
  near('logits', [filled.logits.data, tight.logits.data], limits.logits);
  near('loss', [filled.loss.data, tight.loss.data], limits.loss);
  const both = (name: string) =>
    [filled, tight].map((out) => out[gradientName(name)].data) as [Float32Array, Float32Array];
  nearGradients(golden, both, limits.gradients);
}
