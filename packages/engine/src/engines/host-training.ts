import type { OptimizerConfig } from '../host/optimizers/optimizer';
import { gradientName, withGradients } from '../record/gradients';
import type { ProgramFunction } from '../record/record';
import type { HostTensor, HostTensors } from '../tensor';
import { clippingFactor } from './clipping';
import type { StepResult, Training, TrainingState } from './engine';
import { hostParameters } from './host-parameters';
import type { Runner } from './runner';
import { trainableNames } from './trainable';

/** Training whose parameters, gradients and moments are typed arrays the host reads and writes. */
export function openHostTraining(
  runner: Runner,
  fn: ProgramFunction,
  initial: HostTensors,
  config: OptimizerConfig,
): Training {
  const trainable = trainableNames(initial, config);
  const host = hostParameters(initial, config, trainable);
  const derived = withGradients(fn, trainable);
  let step = 0;

  const training: Training = {
    async gradients(batch, options) {
      const prepared = await runner.prepare(derived, batch, host.parameters);
      const all = await host.take(prepared, batch, options);
      return { loss: all.loss.data[0], outputs: withoutGradients(all) };
    },
    async update({ learningRate }) {
      const gradientNorm = host.norm();
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      step += 1;
      host.update({ step, learningRate, scale });
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    async run(program, batch) {
      const prepared = await runner.prepare(program.fn, batch, host.parameters);
      host.catchUp(prepared.rows, batch);
      return prepared.run();
    },
    readGradients: async () => host.readGradients(),
    readParameters: async () => host.readParameters(),
    read: async (): Promise<TrainingState> => ({
      step,
      parameters: host.readParameters(),
      moments: host.readMoments(),
    }),
    async write(state) {
      host.write(state);
      step = state.step ?? step;
    },
    async close() {},
  };
  return training;
}

function withoutGradients(all: HostTensors): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith(gradientName(''))));
}
