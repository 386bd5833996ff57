import type { Program } from '../../program';
import type { Destination, HostTensor, HostTensors } from '../../tensor';
import { givenValues, runAllOnHost } from '../host-kernels';
import type { PlacedProgram } from './lower';

/** Outputs of a program that go to ordinary memory, of which the host computes some itself. */
export interface HostResults {
  /** Names of what the graph is asked for. */
  readonly fetches: readonly string[];
  /**
   * Writes the outputs.
   *
   * @param fetched what the graph gave, in the order of `fetches`
   * @param inputs the program's
   * @param into where each output goes, by its name
   */
  write(fetched: readonly HostTensor[], inputs: HostTensors, into: Readonly<Record<string, Destination>>): void;
  /** Names of the outputs. */
  readonly names: readonly string[];
}

/** How the outputs come about that `onHost` says. */
export function hostResults(
  program: Program,
  { after, outputs, between }: Pick<PlacedProgram, 'after' | 'outputs' | 'between'>,
  onHost: (output: string) => boolean,
): HostResults {
  const names = Object.keys(program.outputs).filter(onHost);
  const whole = names.filter((name) => name in outputs);
  return {
    names,
    fetches: [...whole.map((name) => outputs[name]), ...between.values()],
    write(fetched, inputs, into) {
      whole.forEach((name, i) => into[name].data.set(fetched[i].data));
      const known = givenValues(program, inputs);
      [...between.keys()].forEach((value, i) => known.set(value, fetched[whole.length + i]));
      for (const name of names) known.set(program.outputs[name], into[name]);
      runAllOnHost(after, program.values, known);
    },
  };
}
