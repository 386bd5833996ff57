import type { ElementType, TensorflowGraph } from '../../graphs/tensorflow-graph';
import { float32, type HostTensor, type TensorSpec } from '../../tensor';
import type { OptimizerConfig } from '../optimizers';

/** A variable, and the values to feed or fetch that read and set it. */
export interface VariableNodes {
  readonly handle: string;
  /** What it holds. */
  readonly dtype: ElementType;
  readonly read: string;
  /** What `take` is fed, of its own type. */
  readonly taken: string;
  /** Makes what is fed its value, in the same memory. */
  readonly take: string;
  /** What `copy` is fed, of its parameter's type. */
  readonly given: string;
  /** Makes a copy of what is fed its value. */
  readonly copy: string;
}

/** Appends a variable under a name of its own. @param dtype what it holds; the parameter's type unless given */
export function variableNodes(
  graph: TensorflowGraph,
  name: string,
  spec: TensorSpec,
  dtype: ElementType = spec.dtype,
): VariableNodes {
  const handle = graph.variable(name, { ...spec, dtype });
  const taken = graph.placeholder(`${name}_taken`, { ...spec, dtype });
  const given = graph.placeholder(`${name}_given`, spec);
  const copy =
    dtype === spec.dtype
      ? graph.effect('DeepCopy', [given], { T: dtype }, { result: dtype })
      : graph.cast(given, dtype);
  const set = (value: string) => doneAfter(graph, [graph.effect('AssignVariableOp', [handle, value], { dtype })]);
  const read = graph.effect('ReadVariableOp', [handle], { dtype }, { result: dtype });
  return { handle, dtype, read, taken, take: set(taken), given, copy: set(copy) };
}

/** Sets variables to zero. */
export function clearNode(
  graph: TensorflowGraph,
  variables: readonly (VariableNodes & { spec: TensorSpec })[],
): string {
  const calls = variables.map(({ handle, spec: { shape, dtype } }) => {
    const zeros = [graph.integers(shape), graph.scalar(0, dtype)];
    const value = graph.op('Fill', zeros, { T: dtype, index_type: 'int32' });
    return graph.effect('AssignVariableOp', [handle, value], { dtype });
  });
  return doneAfter(graph, calls);
}

/** Frees the memory of variables, of those that have any. */
export function dropNode(graph: TensorflowGraph, variables: readonly VariableNodes[]): string {
  const calls = variables.map(({ handle }) =>
    graph.effect('DestroyResourceOp', [handle], { ignore_lookup_error: true }),
  );
  return doneAfter(graph, calls);
}

/** A call that does nothing but wait for others; fetched, it makes them happen. */
export const doneAfter = (graph: TensorflowGraph, calls: readonly string[]): string =>
  graph.effect('Identity', [graph.scalar(1)], { T: 'float32' }, { after: calls });

/** What changes from update to update: names of scalars that are fed. */
export const settingNames = ['learningRate', 'rate', 'epsilon', 'clipping'] as const;
export type SettingName = (typeof settingNames)[number];

/** The optimizer's step of one parameter. */
export interface UpdateOptions {
  readonly config: OptimizerConfig;
  /** Variables. */
  readonly parameter: string;
  readonly first: string;
  readonly second: string;
  /** Clipped. */
  readonly gradient: string;
  readonly settings: Readonly<Record<SettingName, string>>;
  readonly weightDecay: number;
  /** What the parameter's learning rate is multiplied by. */
  readonly rateFactor: number;
}

/** Appends an update in place, and gives the call after which it is done. */
export function updateNode(graph: TensorflowGraph, options: UpdateOptions): string {
  const { config } = options;
  if (config.name === 'adamw') return adamNode(graph, options, [decayNode(graph, options)].flat());
  const decayed = { ...options, gradient: decayedGradient(graph, options) };
  return config.name === 'adam' ? adamNode(graph, decayed, []) : sgdNode(graph, decayed, config);
}

/**
 * The scalars of an update.
 *
 * TensorFlow's Adam has its ε beside the uncorrected √v, so both corrections go into rate and ε; with its betas in float32,
 * so that they undo what the moments were multiplied by.
 *
 * @param step counted from 1
 */
export function updateFeeds(
  config: OptimizerConfig,
  { step, learningRate, scale }: { step: number; learningRate: number; scale: number },
): Record<SettingName, HostTensor> {
  const { beta1, beta2, epsilon } = betasOf(config);
  const correction1 = config.name === 'sgd' ? 1 : 1 - Math.fround(beta1) ** step;
  const correction2 = config.name === 'sgd' ? 1 : Math.sqrt(1 - Math.fround(beta2) ** step);
  const rate = (learningRate * correction2) / correction1;
  return {
    learningRate: float32([learningRate], []),
    rate: float32([rate], []),
    epsilon: float32([epsilon * correction2], []),
    clipping: float32([scale], []),
  };
}

function betasOf(config: OptimizerConfig) {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = config.name === 'sgd' ? {} : config;
  return { beta1, beta2, epsilon };
}

const scaled = (graph: TensorflowGraph, value: string, factor: number): string =>
  factor === 1 ? value : graph.op('Mul', [value, graph.scalar(factor)]);

const readOf = (graph: TensorflowGraph, variable: string): string =>
  graph.effect('ReadVariableOp', [variable], { dtype: 'float32' });

/** θ ← θ·(1 − lr·λ), none without decay. */
function decayNode(graph: TensorflowGraph, { parameter, settings, weightDecay, rateFactor }: UpdateOptions): string[] {
  if (weightDecay === 0) return [];
  const kept = graph.op('Sub', [graph.scalar(1), scaled(graph, settings.learningRate, rateFactor * weightDecay)]);
  const value = graph.op('Mul', [readOf(graph, parameter), kept]);
  return [graph.effect('AssignVariableOp', [parameter, value], { dtype: 'float32' })];
}

/** g + λ·θ */
function decayedGradient(graph: TensorflowGraph, { parameter, gradient, weightDecay }: UpdateOptions): string {
  if (weightDecay === 0) return gradient;
  return graph.op('AddV2', [gradient, graph.op('Mul', [readOf(graph, parameter), graph.scalar(weightDecay)])]);
}

function adamNode(graph: TensorflowGraph, options: UpdateOptions, after: readonly string[]): string {
  const { parameter, first, second, gradient, settings, config, rateFactor } = options;
  const { beta1, beta2 } = betasOf(config);
  const uncorrected = graph.scalar(0);
  const rate = scaled(graph, settings.rate, rateFactor);
  const betas = [graph.scalar(beta1), graph.scalar(beta2)];
  const inputs = [parameter, first, second, uncorrected, uncorrected, rate, ...betas, settings.epsilon, gradient];
  return graph.effect(
    'ResourceApplyAdam',
    inputs,
    { T: 'float32', use_locking: false, use_nesterov: false },
    { after },
  );
}

type SgdConfig = Extract<OptimizerConfig, { name: 'sgd' }>;

function sgdNode(
  graph: TensorflowGraph,
  options: UpdateOptions,
  { momentum = 0, nesterov = false }: SgdConfig,
): string {
  const { parameter, first, gradient, settings, rateFactor } = options;
  const inputs = [parameter, first, scaled(graph, settings.rate, rateFactor), gradient, graph.scalar(momentum)];
  return graph.effect('ResourceApplyMomentum', inputs, { T: 'float32', use_locking: false, use_nesterov: nesterov });
}
