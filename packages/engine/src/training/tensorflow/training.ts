import { type CompiledProgram, type PreparedRun, programKeys } from '../../compile/runner';
import { readFrom, type TensorflowLibrary } from '../../compile/tensorflow';
import type { Workspace } from '../../compile/workspace';
import { forGpu } from '../../passes/for-devices';
import { gatheredRows, isFactor } from '../../passes/input-uses';
import { optimize } from '../../passes/optimize';
import type { Program } from '../../program';
import { type ProgramFunction, record, withGradients } from '../../record/record';
import { mapRecord, omit, pick } from '../../records';
import { checkTensor, copyTensor, emptyTensor, float32, type HostTensor, type HostTensors } from '../../tensor';
import { hostParameters } from '../host-training';
import { type OptimizerConfig, parameterSettings } from '../optimizers';
import { isSparse } from '../sparse-embedding';
import { checkLearningRate, clippingFactor, type StepResult, type Training, trainableNames } from '../training';
import { type Role, share, type Trained } from './graph';
import { updateFeeds } from './nodes';
import { openTrainingSessions, runAll, type TrainingSession } from './sessions';

export interface TensorflowTrainingOptions {
  readonly library: TensorflowLibrary;
  readonly workspace: Workspace;
  /** Most sessions to keep. */
  readonly most: number;
  readonly onGpu: boolean;
}

/**
 * Training with parameters, gradients and moments in TensorFlow variables. A step transfers only the batch in, and the loss,
 * the gradient norm and the program's outputs out.
 *
 * On a processor, embeddings that the first program reads by rows are kept in ordinary memory, where an update costs as much as
 * their rows. Methods throw NotLowerable for a program that a graph cannot hold, without changing anything.
 */
export async function openTensorflowTraining(
  { fn, products = 'float32' }: CompiledProgram,
  initial: HostTensors,
  config: OptimizerConfig,
  options: TensorflowTrainingOptions,
): Promise<Training> {
  const all: Trained = { ...trainedOf(initial, config), products };
  const { parameters: specs, trainable } = all;
  const { library, workspace, onGpu } = options;
  let trained: Trained = all;
  let host = hostParameters({}, config, []);
  /** Frozen parameters that may be kept in fewer bits. */
  let frozen = products === 'float32' ? {} : omit(initial, trainable);
  let kept: readonly string[] = [];
  let step = 0;
  const sessions = await openTrainingSessions({ ...options, trained: () => trained, kept: () => kept });
  const derived = withGradients(fn, trainable);
  const keyOf = programKeys();

  const moveToHost = (names: readonly string[]) => {
    const moments = { first: sessions.read('first', names), second: sessions.read('second', names) };
    host = hostParameters(sessions.read('parameter', names), config, names);
    host.write({ moments });
  };
  /** Decides by the first program where each parameter is kept, and in which type. */
  const placeParameters = async (program: Program) => {
    const tables = onGpu ? [] : tablesOf(program, all);
    frozen = pick(
      frozen,
      Object.keys(frozen).filter((name) => isFactor(program, name)),
    );
    const halves = new Set(Object.keys(frozen));
    if (tables.length + halves.size === 0) return;
    moveToHost(tables);
    const left = trainable.filter((name) => !tables.includes(name));
    trained = { ...all, halves, parameters: omit(specs, tables), trainable: left };
    await sessions.rebuild();
    sessions.write('parameter', frozen);
  };
  /** Frees the kept gradients before new ones take as much memory. */
  const forget = () => {
    kept = [];
    runAll(sessions.current(), [sessions.current().graph.forget]);
  };
  let isDerived = false;
  const sessionWith = async (program: ProgramFunction, batch: HostTensors) => {
    for (const [name, tensor] of Object.entries(batch)) checkTensor(`run: "${name}"`, tensor);
    const key = keyOf(program, batch);
    const there = sessions.withProgram(key);
    if (there) return withNodes(there, key);
    const recorded = optimize(record(program, batch, specs));
    if (program === derived && !isDerived) {
      await placeParameters(recorded);
      library.collect(); // the caller's parameters, where it has dropped them: variables hold them
      isDerived = true;
    }
    return withNodes(await sessions.addProgram(key, onGpu ? forGpu(recorded) : recorded), key);
  };
  sessions.write('parameter', initial);

  const training: Training = {
    async gradients(batch, { scale = 1, add = false } = {}) {
      const { session, nodes } = await sessionWith(derived, batch);
      if (!add) forget();
      const before = new Set(kept);
      const way = (name: string) => (scale === 1 && !add ? 'plain' : before.has(name) ? 'added' : 'scaled');
      const keeping = Object.entries(nodes.gradients).map(([name, ways]) => ways[way(name)]);
      const names = Object.keys(nodes.outputs);
      const { onHost } = nodes;
      const fetches = [...Object.values(nodes.outputs), ...onHost.fetches, ...keeping];
      const run: PreparedRun['run'] = async (into = {}) => {
        const inputs = { ...batch, ...host.parameters, ...frozen };
        const values = nodes.feeds(inputs, workspace, (fed) =>
          readFrom(session, { ...fed, [share]: float32([scale], []) }, fetches),
        );
        onHost.write(values.slice(names.length), inputs, into);
        return { ...named(names, values), ...pick(into, onHost.names) };
      };
      const outputs = await host.take({ rows: nodes.rows, run }, batch, { scale, add });
      kept = trainable.filter((name) => before.has(name) || name in nodes.gradients);
      return { loss: outputs.loss.data[0], outputs: pick(outputs, names) };
    },
    async update(options) {
      const learningRate = checkLearningRate(options);
      const { session, graph } = sessions.current();
      const updates = kept.map((name) => graph.updates[name]);
      const fetches = updates.map(({ square }) => square);
      const squares = readFrom(session, {}, fetches);
      const gradientNorm = Math.sqrt(squares.reduce((sum, { data }) => sum + 2 * data[0], host.norm() ** 2));
      const scale = clippingFactor(gradientNorm, config.maxGradNorm);
      step += 1;
      const calls = updates.map(({ plain, clipped }) => (scale === 1 ? plain : clipped));
      runAll(sessions.current(), calls, updateFeeds(config, { step, learningRate, scale }));
      host.update({ step, learningRate, scale });
      return { gradientNorm };
    },
    async step(batch, options): Promise<StepResult> {
      const result = await training.gradients(batch);
      return { ...result, ...(await training.update(options)) };
    },
    async run(program, batch) {
      const { session, nodes } = await sessionWith(program.fn, batch);
      host.applyPendingDecay(nodes.rows, batch);
      const fetches = Object.values(nodes.outputs);
      const inputs = { ...batch, ...host.parameters, ...frozen };
      const values = nodes.feeds(inputs, workspace, (fed) => readFrom(session, fed, fetches));
      return named(Object.keys(nodes.outputs), values);
    },
    async readGradients() {
      const known = { ...sessions.read('gradient', kept), ...host.readGradients() };
      return Object.fromEntries(trainable.map((name) => [name, known[name] ?? emptyTensor(specs[name])]));
    },
    async readParameters() {
      const variables = Object.keys(trained.parameters).filter((name) => !trained.halves.has(name));
      const known = { ...frozen, ...sessions.read('parameter', variables), ...host.readParameters() };
      return mapRecord(specs, (_, name) => known[name]);
    },
    async read() {
      const [variables, onHost] = [trained.trainable, host.readMoments()];
      const moments = (role: 'first' | 'second') => {
        const known = { ...sessions.read(role, variables), ...onHost[role] };
        return Object.fromEntries(trainable.map((name) => [name, known[name]]));
      };
      return {
        step,
        parameters: await training.readParameters(),
        moments: { first: moments('first'), second: moments('second') },
      };
    },
    async write(state) {
      const parts = { parameter: state.parameters, first: state.moments?.first, second: state.moments?.second };
      for (const [role, tensors = {}] of Object.entries(parts))
        checkKnown(role === 'parameter' ? Object.keys(specs) : trainable, { specs, tensors });
      frozen = mapRecord(frozen, (tensor, name) => copyOf(state.parameters?.[name]) ?? tensor);
      const onHost = Object.keys(host.parameters);
      for (const [role, tensors = {}] of Object.entries(parts)) sessions.write(role as Role, omit(tensors, onHost));
      const { parameter = {}, first = {}, second = {} } = mapRecord(parts, (tensors = {}) => pick(tensors, onHost));
      host.write({ parameters: parameter, moments: { first, second } });
      step = state.step ?? step;
    },
    close: async () => sessions.close(),
  };
  return training;
}

const copyOf = (tensor: HostTensor | undefined) => tensor && copyTensor(tensor);

const withNodes = ({ session, graph }: TrainingSession, key: string) => ({
  session,
  nodes: graph.programs.get(key)!,
});

const named = <T>(names: readonly string[], values: readonly T[]): Record<string, T> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));

/** Trained parameters that a program reads by rows, which can be updated one by one. */
function tablesOf(program: Program, { parameters, trainable, config }: Trained): string[] {
  const { isIdle } = parameterSettings(config);
  return [...gatheredRows(program).keys()].filter(
    (name) => trainable.includes(name) && isSparse(parameters[name], isIdle(name)),
  );
}

function trainedOf(initial: HostTensors, config: OptimizerConfig): Omit<Trained, 'products'> {
  const { weightDecayOf, learningRateScale } = parameterSettings(config);
  return {
    parameters: mapRecord(initial, ({ shape, dtype }) => ({ shape, dtype })),
    trainable: trainableNames(initial, config),
    halves: new Set(),
    config,
    weightDecayOf,
    learningRateScale,
  };
}

/** @throws RangeError for a tensor of an unknown name or of another shape */
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
