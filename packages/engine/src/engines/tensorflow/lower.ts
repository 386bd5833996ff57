import { kernelOf } from '../../kernels';
import type { NamedValue } from '../../kernels/kernel';
import type { Node, Program, ValueId } from '../../program';
import { mapRecord } from '../../record/record';
import { splitAtEdges } from '../edges';
import { namedNode } from '../named-node';
import type { TensorflowGraph } from './graph';

/** A program that TensorFlow's graphs cannot hold; it can still run call by call. */
export class NotLowerable extends Error {}

/** Where a program lies in a graph. */
export interface PlacedProgram {
  /** What the host computes of its inputs before it runs. */
  readonly before: readonly Node[];
  /** Values that are fed, by the names of their placeholders. */
  readonly feeds: ReadonlyMap<string, ValueId>;
  /** Names of its outputs, each a value of its own that lies in no fed array. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface PlaceOptions {
  /** Before the names of placeholders. */
  readonly prefix?: string;
  /** Inputs that are in the graph, by name; the others are fed. */
  readonly given?: Readonly<Record<string, string>>;
}

/**
 * Writes a program into a graph.
 *
 * @throws NotLowerable for a kernel that has no lowering, or not as it is called here
 */
export function placeProgram(
  program: Program,
  graph: TensorflowGraph,
  { prefix = 'x', given = {} }: PlaceOptions = {},
): PlacedProgram {
  const { before, inside } = splitAtEdges(program, { keepsAfter: true });
  const names = new Map<ValueId, string>();
  const feeds = new Map<string, ValueId>();
  const feed = (value: ValueId) => {
    const name = graph.placeholder(`${prefix}${value}`, program.values[value]);
    feeds.set(name, value);
    return name;
  };
  const read = new Set([...inside.flatMap((node) => Object.values(node.inputs)), ...Object.values(program.outputs)]);
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
  const views = viewsOf(program, new Set(feeds.values()));
  return { before, feeds, outputs: ownOutputs(program, { graph, names, views }) };
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

/** What is fed is not also fetched, nor one value under two names; what lies in an array of the caller's is copied. */
function ownOutputs(
  { outputs }: Program,
  { graph, names, views }: Omit<Placing, 'program'> & { views: ReadonlySet<ValueId> },
): Record<string, string> {
  const taken = new Set<string>();
  return mapRecord(outputs, (value) => {
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
