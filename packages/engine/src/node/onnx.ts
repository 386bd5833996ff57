import { availableParallelism } from 'node:os';
import type * as ort from 'onnxruntime-node';
import type { CacheLimits, Executable } from '../compile/executable';
import { type LoweredProgram, lowerToOnnx } from '../compile/lower-onnx';
import { knownValues, runAllOnHost } from '../compile/partition';
import { createWorkspace, type Workspace } from '../compile/workspace';
import { createEngine } from '../engines/create-engine';
import type { Engine } from '../engines/engine';
import { type Program, peakBytes, type ValueId } from '../program';
import { mapRecord } from '../records';
import type { Destination, HostTensor, TensorSpec } from '../tensor';
import { hasLongArrays } from './long-arrays';
import { createSession, type SessionSettings, tensorOver } from './onnx-session';

/** Options of the engines that run on onnxruntime. */
export interface OnnxOptions extends Partial<CacheLimits> {
  /** Number of threads per run; default one per processor. The bits of a result may depend on it. */
  readonly threads?: number;
  /**
   * Prefix of onnxruntime's profiles with the time of each node: one file per program, `PREFIX_date.json`, written when the engine is
   * closed. Default no profiles.
   */
  readonly profilePrefix?: string;
}

/**
 * The engine `onnx`: programs compiled to ONNX and run by onnxruntime on the processor. Parameters stay in the engine's arrays.
 *
 * @example
 * const engine = openOnnxEngine({ threads: 4 });
 */
export const openOnnxEngine = (options: OnnxOptions = {}): Engine => ({
  ...engineOn('cpu', 'onnx', options),
  runsExportedFiles: true, // on the processor, as `openOnnxFile` does
});

/** The engine on one of onnxruntime's providers. */
export function engineOn(
  provider: SessionSettings['provider'],
  name: string,
  { threads = availableParallelism(), profilePrefix, ...limits }: OnnxOptions,
): Engine {
  const workspace = createWorkspace();
  const settings = { threads, provider, profilePrefix };
  return createEngine(name, (program, room) => prepare(program, { ...settings, room }, workspace), limits);
}

/** Memory of a session without an arena, per node (measured: 20 MB for a training step of 4,800 nodes). */
const bytesPerNode = 4096;

async function prepare(
  program: Program,
  { room, ...settings }: SessionSettings & { room: number },
  workspace: Workspace,
): Promise<Executable> {
  const lowered = lowerToOnnx(program);
  const peak = peakBytes(program);
  const sharesMemory = peak > room && !hasLongArrays(program);
  const session =
    lowered.fetches.size > 0 ? await createSession(lowered.bytes, { ...settings, hasArena: !sharesMemory }) : undefined;
  const scratch = scratchSpecs(program, lowered);
  return {
    bytes: sharesMemory ? bytesPerNode * program.nodes.length : peak,
    sharesMemory,
    outputs: mapRecord(program.outputs, (value) => program.values[value]),
    async run(inputs, outputs) {
      const { tensors, giveBack } = workspace.borrow(scratch);
      await run({ session, program, lowered, scratch: tensors }, inputs, outputs);
      giveBack();
    },
    release: async () => {
      if (settings.profilePrefix) session?.endProfiling();
      await session?.release();
    },
  };
}

interface Prepared {
  /** Undefined if the graph has nothing to compute. */
  readonly session?: ort.InferenceSession;
  readonly program: Program;
  readonly lowered: LoweredProgram;
  readonly scratch: ReadonlyMap<ValueId, HostTensor>;
}

type Named = Readonly<Record<string, HostTensor>>;
type Destinations = Readonly<Record<string, Destination>>;

async function run(prepared: Prepared, inputs: Named, outputs: Destinations): Promise<void> {
  const { session, program, lowered, scratch } = prepared;
  const memory = new Map<ValueId, Destination>([...scratch, ...knownValues(program, inputs)]);
  for (const [name, value] of Object.entries(program.outputs)) if (!memory.has(value)) memory.set(value, outputs[name]);

  runAllOnHost(lowered.before, program.values, memory);
  await session?.run(bind(lowered.feeds, memory), bind(lowered.fetches, memory));
  runAllOnHost(lowered.after, program.values, memory);
  copyRepeated(program, memory, outputs);
}

/** Values at the graph's border that do not belong to the caller: masks as inputs, rows of a gradient as outputs. */
function scratchSpecs({ values, outputs }: Program, { before, fetches }: LoweredProgram): Map<ValueId, TensorSpec> {
  const own = new Set(Object.values(outputs));
  const crossing = [...before.flatMap((node) => node.outputs), ...fetches.values()];
  return new Map(crossing.filter((value) => !own.has(value)).map((value) => [value, values[value]]));
}

function bind(
  names: ReadonlyMap<string, ValueId>,
  memory: ReadonlyMap<ValueId, HostTensor>,
): Record<string, ort.Tensor> {
  return Object.fromEntries(Array.from(names, ([name, value]) => [name, tensorOver(memory.get(value)!)]));
}

/** Copies outputs that are also inputs, constants or other outputs. */
function copyRepeated({ outputs: names }: Program, memory: ReadonlyMap<ValueId, HostTensor>, outputs: Named): void {
  for (const [name, value] of Object.entries(names)) {
    const source = memory.get(value)!;
    if (source.data !== outputs[name].data) outputs[name].data.set(source.data);
  }
}
