import type { ElementType, TensorflowGraph } from '../../graphs/tensorflow-graph';
import { float32, type HostTensor, type TensorSpec } from '../../tensor';
import { betasOf, type OptimizerConfig } from '../optimizers';

/** A variable, with the values to feed or fetch to read and set it. */
export interface VariableNodes {
  readonly handle: string;
  /** Type of its elements. */
  readonly dtype: ElementType;
  readonly read: string;
  /** The feed of `take`, of the variable's type. */
  readonly taken: string;
  /** Sets the variable to the fed tensor, in the same memory. */
  readonly take: string;
  /** The feed of `copy`, of the parameter's type. */
  readonly copied: string;
  /** Sets the variable to a copy of the fed tensor. */
  readonly copy: string;
}

/** Appends a variable. @param dtype type of its elements, default the parameter's */
export function variableNodes(
  graph: TensorflowGraph,
  name: string,
  spec: TensorSpec,
  dtype: ElementType = spec.dtype,
): VariableNodes {
  const handle = graph.variable(name, { ...spec, dtype });
  const taken = graph.placeholder(`${name}_taken`, { ...spec, dtype });
  const copied = graph.placeholder(`${name}_given`, spec);
  const copy =
    dtype === spec.dtype
      ? graph.effect('DeepCopy', [copied], { T: dtype }, { result: dtype })
      : graph.cast(copied, dtype);
  const set = (value: string) => doneAfter(graph, [graph.effect('AssignVariableOp', [handle, value], { dtype })]);
  const read = graph.effect('ReadVariableOp', [handle], { dtype }, { result: dtype });
  return { handle, dtype, read, taken, take: set(taken), copied, copy: set(copy) };
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

/** Frees the memory of variables that have any. */
export function dropNode(graph: TensorflowGraph, variables: readonly VariableNodes[]): string {
  const calls = variables.map(({ handle }) =>
    graph.effect('DestroyResourceOp', [handle], { ignore_lookup_error: true }),
  );
  return doneAfter(graph, calls);
}

/** A call that waits for others; fetching it runs them. */
export const doneAfter = (graph: TensorflowGraph, calls: readonly string[]): string =>
  graph.effect('Identity', [graph.scalar(1)], { T: 'float32' }, { after: calls });

/** Names of the scalars that are fed for an update. */
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
  /** Factor of the learning rate. */
  readonly rateFactor: number;
}

/** Appends an update in place and returns its last call. */
export function updateNode(graph: TensorflowGraph, options: UpdateOptions): string {
  const { config } = options;
  if (config.name === 'adamw') return adamNode(graph, options, [decayNode(graph, options)].flat());
  const decayed = { ...options, gradient: decayedGradient(graph, options) };
  return config.name === 'adam' ? adamNode(graph, decayed, []) : sgdNode(graph, decayed, config);
}

/**
 * The scalars of an update.
 *
 * TensorFlow's Adam adds ε to the uncorrected √v, so both corrections go into rate and ε. They use the betas in float32, as the
 * moments do.
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

const scaled = (graph: TensorflowGraph, value: string, factor: number): string =>
  factor === 1 ? value : graph.op('Mul', [value, graph.scalar(factor)]);

const readOf = (graph: TensorflowGraph, variable: string): string =>
  graph.effect('ReadVariableOp', [variable], { dtype: 'float32' });

/** θ ← θ·(1 − lr·λ); no node without decay. */
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
