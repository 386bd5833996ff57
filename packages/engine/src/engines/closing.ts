import { AttuneError } from '@attune/internal';
import type { CompiledProgram } from '../compile/runner';
import type { Training } from '../training/training';
import type { Engine } from './engine';

/**
 * An engine that can be closed repeatedly and afterwards refuses to compile, run and train. Trained parameters can still be read.
 *
 * Otherwise a program that runs after `close` would be compiled again and never be released.
 */
export function closedOnce(engine: Engine): Engine {
  let closing: Promise<void> | undefined;
  const requireOpen = (call: string) => {
    if (closing === undefined) return;
    throw new AttuneError(
      'ENGINE_CLOSED',
      `${call}: expected an open engine, got ${engine.name} after close(); open a new one, or close this one later`,
    );
  };
  return {
    ...engine,
    compile(fn, options) {
      requireOpen('compile');
      return guardedProgram(engine.compile(fn, options), requireOpen);
    },
    async openTraining(program, parameters, optimizer) {
      requireOpen('openTraining');
      return guardedTraining(await engine.openTraining(program, parameters, optimizer), requireOpen);
    },
    close() {
      closing ??= engine.close();
      return closing;
    },
  };
}

type RequireOpen = (call: string) => void;

const guardedProgram = (program: CompiledProgram, requireOpen: RequireOpen): CompiledProgram => ({
  ...program,
  async run(batch, parameters) {
    requireOpen('run');
    return program.run(batch, parameters);
  },
});

const guardedTraining = (training: Training, requireOpen: RequireOpen): Training => ({
  ...training,
  async step(batch, options) {
    requireOpen('step');
    return training.step(batch, options);
  },
  async gradients(batch, options) {
    requireOpen('gradients');
    return training.gradients(batch, options);
  },
  async run(program, batch) {
    requireOpen('run');
    return training.run(program, batch);
  },
});
