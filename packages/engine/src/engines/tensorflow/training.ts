import { createOptimizer, type OptimizerConfig } from '../../host/optimizers/optimizer';
import { optimise } from '../../passes/optimise';
import { packMasks } from '../../passes/packed-masks';
import { withGradients } from '../../record/gradients';
import { mapRecord, type ProgramFunction, record } from '../../record/record';
import { checkTensor, emptyTensor, float32, type HostTensor, type HostTensors } from '../../tensor';
import { clippingFactor } from '../clipping';
import type { CompiledProgram, StepResult, Training } from '../engine';
import { programKeys } from '../program-keys';
import { trainableNames } from '../trainable';
import type { Workspace } from '../workspace';
import { readFrom, type TensorflowLibrary } from './library';
import { type Role, share, type Trained } from './training-graph';
import { openTrainingSessions, runAll } from './training-sessions';
import { updateFeeds } from './update-nodes';

export interface TensorflowTrainingOptions {
  readonly library: TensorflowLibrary;
  readonly workspace: Workspace;
  /** Sessions kept ready. */
  readonly most: number;
  readonly onGpu: boolean;
}

/**
 * Training whose parameters, gradients and moments are variables of TensorFlow: of a step, the batch goes in, and the loss,
 * the gradients' norm and the program's outputs come out.
 *
 * Its methods throw NotLowerable for a program that a graph cannot hold, and have then changed nothing.
 */
export async function openTensorflowTraining(
  { fn, products = 'float32' }: CompiledProgram,
  initial: HostTensors,
  config: OptimizerConfig,
  options: TensorflowTrainingOptions,
): Promise<Training> {
  const trained = { ...trainedOf(initial, config), products };
  const { parameters: specs, trainable } = trained;
  const { workspace, onGpu } = options;
  let kept: readonly string[] = [];
  let step = 0;
  const sessions = await openTrainingSessions({ ...options, trained, kept: () => kept });
  const derived = withGradients(fn, trainable);
  const keyOf = programKeys();
  const sessionWith = async (program: ProgramFunction, batch: HostTensors) => {
    for (const [name, tensor] of Object.entries(batch)) checkTensor(`run: "${name}"`, tensor);
    const key = keyOf(program, batch);
    const { session, graph } = await sessions.withProgram(key, () => {
      const recorded = optimise(record(program, batch, specs));
      return onGpu ? packMasks(recorded) : recorded;
    });
    return { session, nodes: graph.programs.get(key)! };
  };
  const read = (role: Role, names: readonly string[]): Record<string, HostTensor> => {
    const { session, graph } = sessions.current();
    const tensors = readFrom(
      session,
      {},
      names.map((name) => graph.variables[role][name].read),
    );
    return Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  };
  const write = (role: Role, tensors: HostTensors) => {
    const nodes = sessions.current().graph.variables[role];
    const names = Object.keys(tensors);
    const feeds = Object.fromEntries(names.map((name) => [nodes[name].fed, tensors[name]]));
    runAll(
      sessions.current(),
      names.map((name) => nodes[name].copy),
      feeds,
    );
  };
  write('parameter', initial);

  const training: Training = {
    async gradients(batch, { scale = 1, add = false } = {}) {
      const { session, nodes } = await sessionWith(derived, batch);
      const before = new Set(add ? kept : []);
      const way = (name: string) => (scale === 1 && !add ? 'plain' : before.has(name) ? 'added' : 'scaled');
      const keeping = Object.entries(nodes.gradients).map(([name, ways]) => ways[way(name)]);
      const names = Object.keys(nodes.outputs);
      const fetches = [...Object.values(nodes.outputs), ...keeping];
      const outputs = nodes.feeds(batch, workspace, (fed) =>
        readFrom(session, { ...fed, [share]: float32([scale], []) }, fetches),
      );
      kept = trainable.filter((name) => before.has(name) || name in nodes.gradients);
      const named = Object.fromEntries(names.map((name, i) => [name, outputs[i]]));
      return { loss: named.loss.data[0], outputs: named };
    },
    async update({ learningRate }) {
      const { session, graph } = sessions.current();
      const squares = readFrom(
        session,
        {},
        kept.map((name) => graph.updates[name].square),
      );
      const gradientNorm = Math.sqrt(squares.reduce((sum, { data }) => sum + 2 * data[0], 0));
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      step += 1;
      const way = scale === 1 ? 'plain' : 'clipped';
      const feeds = updateFeeds(config, { step, learningRate, scale });
      runAll(
        sessions.current(),
        kept.map((name) => graph.updates[name][way]),
        feeds,
      );
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    async run(program, batch) {
      const { session, nodes } = await sessionWith(program.fn, batch);
      const fetches = Object.values(nodes.outputs);
      const outputs = nodes.feeds(batch, workspace, (fed) => readFrom(session, fed, fetches));
      return Object.fromEntries(Object.keys(nodes.outputs).map((name, i) => [name, outputs[i]]));
    },
    async readGradients() {
      const known = read('gradient', kept);
      return Object.fromEntries(trainable.map((name) => [name, known[name] ?? emptyTensor(specs[name])]));
    },
    readParameters: async () => read('parameter', Object.keys(specs)),
    read: async () => ({
      step,
      parameters: await training.readParameters(),
      moments: { first: read('first', trainable), second: read('second', trainable) },
    }),
    async write(state) {
      const parts = { parameter: state.parameters, first: state.moments?.first, second: state.moments?.second };
      for (const [role, tensors = {}] of Object.entries(parts))
        checkKnown(role === 'parameter' ? Object.keys(specs) : trainable, { specs, tensors });
      for (const [role, tensors = {}] of Object.entries(parts)) write(role as Role, tensors);
      step = state.step ?? step;
    },
    close: async () => sessions.close(),
  };
  return training;
}

function trainedOf(initial: HostTensors, config: OptimizerConfig): Omit<Trained, 'products'> {
  const { defaultWeightDecay } = createOptimizer(config); // refuses what is no optimizer
  const { weightDecay = defaultWeightDecay, decays = () => true, rateOf = () => 1 } = config;
  return {
    parameters: mapRecord(initial, ({ shape, dtype }) => ({ shape, dtype })),
    trainable: trainableNames(initial, config),
    config,
    weightDecayOf: (name) => (decays(name) ? weightDecay : 0),
    rateOf,
  };
}

/** Throws unless tensors are of known names and shapes. */
function checkKnown(
  names: readonly string[],
  { specs, tensors }: { specs: Trained['parameters']; tensors: HostTensors },
): void {
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (!names.includes(name)) throw new RangeError(`write: there is no "${name}" here`);
    if (specs[name].shape.join() !== shape.join())
      throw new RangeError(`write: "${name}" has shape [${specs[name].shape}], got [${shape}]`);
  }
}
