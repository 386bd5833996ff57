import { addFresh, squaredNorm } from '../host/range';
import type { TrainableArrays } from '../host/trainable-memory';
import { gradientName } from '../record/gradients';
import type { Destination, HostTensor, HostTensors } from '../tensor';
import type { GradientOptions } from './engine';
import type { PreparedRun } from './runner';
import type { TrainedTables } from './trained-tables';

/** The gradients of the step at hand: of one batch, or added up over several. */
export interface KeptGradients {
  /** Runs a program that derives its loss, and keeps its gradients. */
  take(prepared: PreparedRun, batch: HostTensors, options?: GradientOptions): Promise<Record<string, HostTensor>>;
  /** Parameters that have one. */
  names(): readonly string[];
  /** Global norm, always summed in the same order. */
  norm(): number;
}

export interface KeptOptions {
  readonly parameters: HostTensors;
  /** Arrays of the trainable ones. */
  readonly memory: Readonly<Record<string, TrainableArrays>>;
  readonly tables: TrainedTables;
}

export function keptGradients({ parameters, memory, tables }: KeptOptions): KeptGradients {
  const trainable = Object.keys(memory);
  let reached: ReadonlySet<string> = new Set();
  const destinations = (array: 'gradient' | 'fresh'): Record<string, Destination> =>
    Object.fromEntries(
      trainable.map((name) => {
        const isZero = tables.get(name) !== undefined;
        return [gradientName(name), { ...parameters[name], data: memory[name][array], isZero }];
      }),
    );
  const addTo = (name: string, { scale, hasOne }: { scale: number; hasOne: boolean }) => {
    const table = tables.get(name);
    if (table) return table.addFresh(scale);
    if (!hasOne) memory[name].gradient.fill(0);
    addFresh(memory[name], scale);
  };

  return {
    async take(prepared, batch, { scale = 1, add = false } = {}) {
      tables.expect(prepared.rows, batch, { keep: add });
      const isDirect = scale === 1 && !add;
      const outputs = await prepared.run(destinations(isDirect ? 'gradient' : 'fresh'));
      const before = add ? reached : new Set<string>();
      const now = trainable.filter((name) => gradientName(name) in outputs);
      if (!isDirect) for (const name of now) addTo(name, { scale, hasOne: before.has(name) });
      reached = new Set([...before, ...now]);
      return outputs;
    },
    names: () => trainable.filter((name) => reached.has(name)),
    norm() {
      const squares = trainable
        .filter((name) => reached.has(name))
        .map((name) => tables.get(name)?.squaredNorm() ?? squaredNorm(memory[name]));
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    },
  };
}
