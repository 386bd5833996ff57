import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import { type NamedValue, namedNode } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import type { Destination, HostTensor, HostTensors } from '../tensor';
import { knownValues, partition, runAllOnHost } from './partition';
import type { Workspace } from './workspace';

/** A program that TensorFlow's graphs cannot hold; it can still run call by call. */
export class NotLowerable extends Error {}

/** Where a program lies in a graph. */
export interface PlacedProgram {
  /** What the host computes of its inputs before it runs, and after it of `between`. */
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** Values that are fed, by the names of their placeholders. */
  readonly feeds: ReadonlyMap<string, ValueId>;
  /** Names of its outputs, but for those that are computed after it; each is a value of its own that lies in no fed array. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of what `after` reads in the graph. */
  readonly between: ReadonlyMap<ValueId, string>;
}

export interface PlaceOptions {
  /** Before the names of placeholders. */
  readonly prefix?: string;
  /** Inputs that are in the graph, by name; the others are fed. */
  readonly given?: Readonly<Record<string, string>>;
  /** Outputs that the host wants in ordinary memory, and may compute itself where they are the last of a program. */
  readonly onHost?: (output: string) => boolean;
}

/**
 * Writes a program into a graph.
 *
 * @throws NotLowerable for a kernel that TensorFlow cannot compute as it is called here
 */
export function placeProgram(
  program: Program,
  graph: TensorflowGraph,
  { prefix = 'x', given = {}, onHost = () => false }: PlaceOptions = {},
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
  for (const [name, value] of Object.entries(program.inputs)) keep(value, () => given[name] ?? feed(value));
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

/** Kernels whose output may lie in the memory of their input. */
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

/** Values that may lie in the memory of what is fed. */
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

/** What is fed is not also fetched, nor one value under two names; what lies in an array of the caller's is copied. */
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

/** Hands on what a placed program is fed, by the names of its placeholders; the arrays are borrowed until `use` returns. */
export type Feeds = <T>(inputs: HostTensors, workspace: Workspace, use: (fed: Record<string, HostTensor>) => T) => T;

/** How inputs become feeds: some of them the host computes first. */
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
      const known = knownValues(program, inputs);
      [...between.keys()].forEach((value, i) => known.set(value, fetched[whole.length + i]));
      for (const name of names) known.set(program.outputs[name], into[name]);
      runAllOnHost(after, program.values, known);
    },
  };
}
