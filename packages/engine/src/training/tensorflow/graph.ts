import { type Feeds, feedsOf, type HostResults, hostResults, placeProgram } from '../../compile/lower-tensorflow';
import { savedModel } from '../../graphs/saved-model';
import { TensorflowGraph } from '../../graphs/tensorflow-graph';
import { gatheredRows, isFactor } from '../../passes/input-uses';
import type { Products, Program } from '../../program';
import { gradientName, isGradient, type Specs } from '../../record/record';
import { mapRecord } from '../../records';
import type { OptimizerConfig } from '../optimizers';
import {
  clearNode,
  doneAfter,
  dropNode,
  type SettingName,
  settingNames,
  updateNode,
  type VariableNodes,
  variableNodes,
} from './nodes';

/** Parameters and optimizer of a training: the same in all its graphs, except for parameters that move to ordinary memory. */
export interface Trained {
  readonly products: Products;
  /** Parameters that are variables. Others are fed, and their gradients go to the host. */
  readonly parameters: Specs;
  readonly trainable: readonly string[];
  /** Frozen parameters that are kept in bfloat16, the type of their products. */
  readonly halves: ReadonlySet<string>;
  readonly config: OptimizerConfig;
  readonly weightDecayOf: (parameter: string) => number;
  readonly learningRateScale: (parameter: string) => number;
}

export const roles = ['parameter', 'gradient', 'first', 'second'] as const;
export type Role = (typeof roles)[number];
export type Variables = Readonly<Record<Role, Readonly<Record<string, VariableNodes>>>>;

/** Calls that keep a computed gradient when they are fetched. */
export interface KeepNodes {
  readonly plain: string;
  /** The gradient times `share`. */
  readonly scaled: string;
  /** The gradient times `share`, added to the kept one. */
  readonly added: string;
}

/** A program in a training's graph; it reads its parameters from the variables. */
export interface ProgramNodes {
  readonly feeds: Feeds;
  /** Names of its outputs, without gradients. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly gradients: Readonly<Record<string, KeepNodes>>;
  /** Gradients of parameters that are not variables. */
  readonly onHost: HostResults;
  /** Parameters that it reads by rows, with the names of the batch's tensors that hold the indices. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

/** Calls on a parameter's kept gradient. */
export interface UpdateNodes {
  /** Half the sum of its squares. */
  readonly square: string;
  readonly plain: string;
  /** The update by the gradient times `clipping`. */
  readonly clipped: string;
}

export interface TrainingGraph {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly variables: Variables;
  readonly programs: ReadonlyMap<string, ProgramNodes>;
  readonly updates: Readonly<Record<string, UpdateNodes>>;
  /** Sets all moments to zero. */
  readonly clear: string;
  /** Frees the memory of the kept gradients. */
  readonly forget: string;
  /** Frees the memory of all variables. */
  readonly drop: string;
}

/** The name of the scalar factor of gradients, before they are kept. */
export const share = 'share';

/**
 * One graph of a training: parameters, gradients and moments as variables, the programs that read them, and the optimizer.
 * None of these leaves TensorFlow's memory in a step.
 *
 * @throws NotLowerable
 */
export function trainingGraph(trained: Trained, programs: ReadonlyMap<string, Program>): TrainingGraph {
  const graph = new TensorflowGraph(trained.products);
  const variables = variablesOf(graph, trained);
  graph.placeholder(share, { shape: [], dtype: 'float32' });
  const placed = Array.from(programs, ([key, program], i) => {
    return [key, placeTrained(graph, program, { prefix: `program${i}_`, variables })] as const;
  });
  const settings = Object.fromEntries(
    settingNames.map((name) => [name, graph.placeholder(name, { shape: [], dtype: 'float32' })]),
  ) as Record<SettingName, string>;
  const updates = trained.trainable.map((name) => [name, updatesOf(graph, name, { trained, variables, settings })]);
  const nodes = {
    variables,
    programs: new Map(placed),
    updates: Object.fromEntries(updates),
    clear: clearNode(graph, momentsOf(variables, trained.parameters)),
    forget: dropNode(graph, Object.values(variables.gradient)),
    drop: dropNode(graph, Object.values(variables).flatMap(Object.values)),
  };
  return { bytes: savedModel(graph), ...nodes };
}

const momentsOf = ({ first, second }: Variables, parameters: Specs) =>
  [first, second].flatMap((own) => Object.entries(own).map(([name, nodes]) => ({ ...nodes, spec: parameters[name] })));

function variablesOf(graph: TensorflowGraph, { parameters, trainable, halves }: Trained): Variables {
  const names = Object.keys(parameters);
  const of = (role: Role, own: readonly string[]) =>
    Object.fromEntries(
      own.map((name) => {
        const dtype = halves.has(name) ? 'bfloat16' : parameters[name].dtype;
        return [name, variableNodes(graph, `${role}${names.indexOf(name)}`, parameters[name], dtype)];
      }),
    );
  return {
    parameter: of('parameter', names),
    gradient: of('gradient', trainable),
    first: of('first', trainable),
    second: of('second', trainable),
  };
}

function placeTrained(
  graph: TensorflowGraph,
  program: Program,
  { prefix, variables }: { prefix: string; variables: Variables },
): ProgramNodes {
  const inputs = Object.entries(variables.parameter).filter(
    ([name, { dtype }]) => name in program.inputs && (dtype !== 'bfloat16' || isFactor(program, name)),
  );
  const inGraph = Object.fromEntries(
    inputs.map(([name, { handle, dtype }]) => [
      name,
      graph.effect('ReadVariableOp', [handle], { dtype }, { result: dtype }),
    ]),
  );
  const onHost = (output: string) =>
    isGradient(output) && !(output.slice(gradientName('').length) in variables.gradient);
  const placed = placeProgram(program, graph, { prefix, inGraph, onHost });
  const gradients = Object.entries(variables.gradient).filter(([name]) => gradientName(name) in placed.outputs);
  return {
    feeds: feedsOf(program, placed),
    outputs: Object.fromEntries(Object.entries(placed.outputs).filter(([name]) => !isGradient(name))),
    gradients: Object.fromEntries(
      gradients.map(([name, variable]) => [name, keepNodes(graph, variable, placed.outputs[gradientName(name)])]),
    ),
    onHost: hostResults(program, placed, onHost),
    rows: gatheredRows(program),
  };
}

function keepNodes(graph: TensorflowGraph, { handle }: VariableNodes, value: string): KeepNodes {
  const keep = (operator: string, value: string) =>
    doneAfter(graph, [graph.effect(operator, [handle, value], { dtype: 'float32' })]);
  const scaled = graph.op('Mul', [value, share]);
  return {
    plain: keep('AssignVariableOp', value),
    scaled: keep('AssignVariableOp', scaled),
    added: keep('AssignAddVariableOp', scaled),
  };
}

interface UpdatesOptions {
  readonly trained: Trained;
  readonly variables: Variables;
  readonly settings: Readonly<Record<SettingName, string>>;
}

function updatesOf(
  graph: TensorflowGraph,
  name: string,
  { trained, variables, settings }: UpdatesOptions,
): UpdateNodes {
  const { config, weightDecayOf, learningRateScale } = trained;
  const own = mapRecord(variables, (nodes) => nodes[name].handle) as Record<Role, string>;
  const read = () => graph.effect('ReadVariableOp', [own.gradient], { dtype: 'float32' });
  const update = (gradient: string) => {
    const common = { config, settings, weightDecay: weightDecayOf(name), rateFactor: learningRateScale(name) };
    return doneAfter(graph, [updateNode(graph, { ...common, ...own, gradient })]);
  };
  return {
    square: graph.op('L2Loss', [read()]),
    plain: update(read()),
    clipped: update(graph.op('Mul', [read(), settings.clipping])),
  };
}
