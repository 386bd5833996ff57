import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import { type NamedValue, namedNode } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import type { Destination, HostTensor, HostTensors } from '../tensor';
import { knownValues, partition, runAllOnHost } from './partition';
import type { Workspace } from './workspace';

/** A program that a TensorFlow graph cannot hold. It can still run call by call. */
export class NotLowerable extends Error {}

/** A program's place in a graph. */
export interface PlacedProgram {
  /** Nodes that the host runs before the graph, on inputs, and after it, on `between`. */
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** Fed values, by the names of their placeholders. */
  readonly feeds: ReadonlyMap<string, ValueId>;
  /** Names of the outputs that the graph computes. None shares memory with a fed array. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the values of the graph that `after` reads. */
  readonly between: ReadonlyMap<ValueId, string>;
}

export interface PlaceOptions {
  /** Prefix of the names of placeholders, default `x`. */
  readonly prefix?: string;
  /** Names of inputs that are in the graph; the others are fed. */
  readonly inGraph?: Readonly<Record<string, string>>;
  /** Whether an output goes to ordinary memory; the host may compute such outputs at the end of a program. */
  readonly onHost?: (output: string) => boolean;
}

/**
 * Writes a program into a graph.
 *
 * @throws NotLowerable for a kernel call that a TensorFlow graph cannot hold
 */
export function placeProgram(
  program: Program,
  graph: TensorflowGraph,
  { prefix = 'x', inGraph = {}, onHost = () => false }: PlaceOptions = {},
): PlacedProgram {
  const forHost = new Set(Object.entries(program.outputs).flatMap(([name, value]) => (onHost(name) ? [value] : [])));
  const { before, inside, after } = partition(program, ({ outputs }) => outputs.every((value) => forHost.has(value)));
  const names = new Map<ValueId, string>();
  const feeds = new Map<string, ValueId>();
  const feed = (value: ValueId) => {
    const name = graph.placeholder(`${prefix}${value}`, program.values[value]);
    feeds.set(name, value);
    return name;
  };
  const nodes = [...inside, ...after];
  const read = new Set([...nodes.flatMap(({ inputs }) => Object.values(inputs)), ...Object.values(program.outputs)]);
  const keep = (value: ValueId, name: () => string) => {
    if (read.has(value) && !names.has(value)) names.set(value, name());
  };
  for (const [name, value] of Object.entries(program.inputs)) keep(value, () => inGraph[name] ?? feed(value));
  for (const value of before.flatMap(({ outputs }) => outputs)) keep(value, () => feed(value));
  for (const [value, data] of program.constants) {
    const { dtype, shape } = program.values[value];
    keep(value, () => graph.constant(dtype, shape, data));
  }
  for (const node of inside) placeNode(node, { program, graph, names });
  return { before, after, feeds, ...resultsOf({ program, graph, names }, { inside, after, fed: feeds.values() }) };
}

interface Placing {
  readonly program: Program;
  readonly graph: TensorflowGraph;
  readonly names: Map<ValueId, string>;
}

function placeNode(node: Node, { program, graph, names }: Placing): void {
  const { lower } = kernelOf(node.kernel);
  const named = (value: ValueId): NamedValue => ({ ...program.values[value], name: names.get(value) ?? '' });
  const lowered = [attempt(() => lower.tensorflow(namedNode(node, named), graph))].flat() as string[];
  lowered.forEach((name, i) => names.set(node.outputs[i], name));
}

function attempt<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw new NotLowerable((cause as Error).message, { cause });
  }
}

/** Kernels whose output may share the memory of their input. */
const viewing = new Set([
  'Identity',
  'Reshape',
  'ExpandDims',
  'Cast',
  'Slice',
  'SplitV',
  'Transpose',
  'Tile',
  'Concat',
]);

/** Values that may share memory with a fed array. */
function viewsOf({ nodes }: Program, fed: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const views = new Set(fed);
  for (const { kernel, inputs, outputs } of nodes)
    if (viewing.has(kernel) && Object.values(inputs).some((value) => views.has(value)))
      for (const value of outputs) views.add(value);
  return views;
}

interface Split {
  readonly inside: readonly Node[];
  readonly after: readonly Node[];
  /** Values that are fed. */
  readonly fed: Iterable<ValueId>;
}

function resultsOf(placing: Placing, { inside, after, fed }: Split): Pick<PlacedProgram, 'outputs' | 'between'> {
  const { program } = placing;
  const made = new Set(inside.flatMap(({ outputs }) => outputs));
  const late = new Set(after.flatMap(({ outputs }) => outputs));
  const outputs = Object.entries(program.outputs).filter(([, value]) => !late.has(value));
  const between = [...new Set(after.flatMap(({ inputs }) => Object.values(inputs)))].filter((value) => made.has(value));
  const fetched = [...outputs.map(([, value]) => value), ...between];
  const own = ownValues(fetched, { ...placing, views: viewsOf(program, new Set(fed)) });
  return {
    outputs: Object.fromEntries(outputs.map(([name], i) => [name, own[i]])),
    between: new Map(between.map((value, i) => [value, own[outputs.length + i]])),
  };
}

/** Names to fetch values under: no fed value is fetched itself, none twice, and one that may lie in a fed array is copied. */
function ownValues(
  values: readonly ValueId[],
  { graph, names, views }: Omit<Placing, 'program'> & { views: ReadonlySet<ValueId> },
): string[] {
  const taken = new Set<string>();
  return values.map((value) => {
    const name = names.get(value)!;
    const type = graph.typeOf(name);
    const isView = views.has(value);
    const own =
      isView || taken.has(name)
        ? graph.effect(isView ? 'DeepCopy' : 'Identity', [name], { T: type }, { result: type })
        : name;
    taken.add(own);
    return own;
  });
}

/** Calls `use` with the tensors to feed, by placeholder. Their arrays are borrowed until it returns. */
export type Feeds = <T>(inputs: HostTensors, workspace: Workspace, use: (fed: Record<string, HostTensor>) => T) => T;

/** The feeds of a placed program, some of which the host computes from its inputs. */
export function feedsOf(
  { values, inputs: names }: Program,
  { before, feeds }: Pick<PlacedProgram, 'before' | 'feeds'>,
): Feeds {
  const made = before.flatMap(({ outputs }) => outputs).map((value) => [value, values[value]] as const);
  return (inputs, workspace, use) => {
    const { tensors, giveBack } = workspace.borrow(made);
    const known = new Map(tensors);
    for (const [name, value] of Object.entries(names)) known.set(value, inputs[name]);
    runAllOnHost(before, values, known);
    const result = use(Object.fromEntries(Array.from(feeds, ([name, value]) => [name, known.get(value)!])));
    giveBack();
    return result;
  };
}

/** Outputs of a program that go to ordinary memory. The host computes some of them. */
export interface HostResults {
  /** Names to fetch from the graph. */
  readonly fetches: readonly string[];
  /**
   * Writes the outputs.
   *
   * @param fetched fetched values in the order of `fetches`
   * @param inputs inputs of the program
   * @param into destination of each output
   */
  write(fetched: readonly HostTensor[], inputs: HostTensors, into: Readonly<Record<string, Destination>>): void;
  /** Names of these outputs. */
  readonly names: readonly string[];
}

/** The outputs for which `onHost` is true. */
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
      const known = knownValues(program, inputs);
      [...between.keys()].forEach((value, i) => known.set(value, fetched[whole.length + i]));
      for (const name of names) known.set(program.outputs[name], into[name]);
      runAllOnHost(after, program.values, known);
    },
  };
}
