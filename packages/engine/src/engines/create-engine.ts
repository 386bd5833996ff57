import type { ProgramFunction } from '../record/record';
import type { CacheLimits } from './cache';
import type { CompiledProgram, CompileOptions, Engine } from './engine';
import type { Prepare } from './executable';
import { openHostTraining } from './host-training';
import { checkFloat32 } from './products';
import { createRunner } from './runner';

/** 16 programs or 2 GiB of intermediate values. */
const defaultLimits: CacheLimits = { programs: 16, bytes: 2 ** 31 };

/** An engine whose programs run on ordinary memory, from the one thing that differs: how a program is made ready. */
export function createEngine(name: string, prepare: Prepare, limits: Partial<CacheLimits> = {}): Engine {
  const runner = createRunner(prepare, { ...defaultLimits, ...limits });
  const compile = (fn: ProgramFunction, options: CompileOptions = {}): CompiledProgram => {
    checkFloat32(name, options);
    return { fn, run: async (batch, parameters) => (await runner.prepare(fn, batch, parameters)).run() };
  };
  return {
    name,
    compile,
    openTraining: async (program, parameters, optimizer) => openHostTraining(runner, program.fn, parameters, optimizer),
    close: () => runner.clear(),
  };
}
