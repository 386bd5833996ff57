import { readFrom, type TensorflowLibrary, type TensorflowSession } from '../../compile/tensorflow';
import type { Program } from '../../program';
import { mapRecord } from '../../records';
import { bytesOf, type HostTensor, type HostTensors } from '../../tensor';
import { portions } from '../memory';
import { type Role, roles, type Trained, type TrainingGraph, trainingGraph } from './graph';

/** A session of a training's graph. */
export interface TrainingSession {
  readonly session: TensorflowSession;
  readonly graph: TrainingGraph;
}

/**
 * Sessions of a training. A program for other shapes has its own graph and session; the variables
 * move to the session that runs next.
 *
 * On a processor a move hands over memory and copies nothing. On a GPU it would copy everything, so there a new
 * graph also holds the earlier programs, and variables move only when a program is added.
 */
export interface TrainingSessions {
  /** The session that has the variables. */
  current(): TrainingSession;
  /** Moves the variables to the session that has the program; undefined if there is none. */
  withProgram(key: string): TrainingSession | undefined;
  /** Opens a session that has the program and moves the variables there. */
  addProgram(key: string, program: Program): Promise<TrainingSession>;
  /** Replaces all sessions by one without programs. Variables whose type has changed have to be written again. */
  rebuild(): Promise<void>;
  /** Copies of variables, by the names of their parameters. */
  read(role: Role, names: readonly string[]): Record<string, HostTensor>;
  write(role: Role, tensors: HostTensors): void;
  close(): void;
}

export interface SessionsOptions {
  readonly library: TensorflowLibrary;
  /** The current parameters and optimizer. */
  readonly trained: () => Trained;
  /** Most sessions to keep. */
  readonly most: number;
  /** Whether variables are on a GPU. */
  readonly onGpu: boolean;
  /** Names of the parameters whose gradient is kept. */
  readonly kept: () => Iterable<string>;
}

interface Held extends TrainingSession {
  readonly programs: ReadonlyMap<string, Program>;
}

/** Sessions whose parameters are still to be written and whose moments are zero. */
export async function openTrainingSessions(options: SessionsOptions): Promise<TrainingSessions> {
  const open = async (programs: ReadonlyMap<string, Program>): Promise<Held> => {
    const graph = trainingGraph(options.trained(), programs);
    return { graph, programs, session: await options.library.open(graph.bytes) };
  };
  /** Least recently used first. */
  let held = [await open(new Map())];
  const current = () => held.at(-1)!;
  runAll(current(), [current().graph.clear]);

  const make = async (key: string, program: Program) => {
    const earlier = options.onGpu ? current().programs : [];
    return open(new Map([...earlier, [key, program]]));
  };
  const isIdle = ({ programs }: Held, i: number) =>
    i < held.length - 1 && (options.onGpu || programs.size === 0 || i < held.length - options.most);
  const closeIdle = () => {
    const idle = held.filter(isIdle);
    held = held.filter((one) => !idle.includes(one));
    for (const { session } of idle) session.close();
  };
  const switchTo = (next: Held) => {
    const before = current();
    if (next === before) return next;
    moveVariables(before, next, options.kept());
    held = [...held.filter((one) => one !== next), next];
    closeIdle();
    if (held.includes(before)) runAll(before, [before.graph.drop]);
    return next;
  };
  return {
    current,
    read(role, names) {
      const { session, graph } = current();
      const fetches = names.map((name) => graph.variables[role][name].read);
      const tensors = readFrom(session, {}, fetches);
      return Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
    },
    write(role, tensors) {
      const nodes = current().graph.variables[role];
      for (const names of portions(mapRecord(tensors, bytesOf), portionBytes)) {
        const feeds = Object.fromEntries(names.map((name) => [nodes[name].copied, tensors[name]]));
        const copies = names.map((name) => nodes[name].copy);
        runAll(current(), copies, feeds);
      }
    },
    async rebuild() {
      const next = await open(new Map());
      moveVariables(current(), next, options.kept());
      for (const { session } of held) session.close();
      held = [next];
    },
    withProgram(key) {
      const next = held.findLast(({ programs }) => programs.has(key));
      return next && switchTo(next);
    },
    addProgram: async (key, program) => switchTo(await make(key, program)),
    close() {
      for (const { session } of held) session.close();
      held = [];
    },
  };
}

/** Bytes that are written at once, or one tensor: TensorFlow may hold a copy of all that it is fed until the run ends. */
const portionBytes = 2 ** 27;

/** Hands the values of variables of the same type over, by reference if they are in ordinary memory. */
function moveVariables(from: Held, to: Held, kept: Iterable<string>): void {
  const hasValue = new Set(kept);
  const places = roles.flatMap((role) =>
    Object.keys(to.graph.variables[role])
      .filter((name) => role !== 'gradient' || hasValue.has(name))
      .map((name) => ({ source: from.graph.variables[role][name], target: to.graph.variables[role][name] }))
      .filter(({ source, target }) => source.dtype === target.dtype),
  );
  const values = from.session.run(
    {},
    places.map(({ source }) => source.read),
  );
  try {
    const feeds = Object.fromEntries(places.map(({ target }, i) => [target.taken, values[i]]));
    runAll(
      to,
      places.map(({ target }) => target.take),
      feeds,
    );
  } finally {
    for (const value of values) value.release();
  }
}

/** Runs calls for their effects. */
export function runAll(
  { session }: TrainingSession,
  calls: readonly string[],
  feeds: Parameters<TensorflowSession['run']>[0] = {},
): void {
  if (calls.length === 0) return;
  for (const tensor of session.run(feeds, calls)) tensor.release();
}
