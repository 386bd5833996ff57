import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { TensorflowGraph } from '../graphs/tensorflow-graph';
import { geluErf } from '../ops/activations';
import { dropout } from '../ops/dropout/dropout';
import { layerNorm } from '../ops/normalization';
import { optimize } from '../passes/optimize';
import { type ProgramFunction, record, type Specs, withGradients } from '../record/record';
import { int32 } from '../tensor';
import { feedsOf, NotLowerable, placeProgram } from './lower-tensorflow';
import { createWorkspace } from './workspace';

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
}

function place(fn: ProgramFunction, batch: Specs, parameters: Specs = {}) {
  const program = optimize(record(fn, batch, parameters));
  const graph = new TensorflowGraph();
  const placed = placeProgram(program, graph);
  return { program, placed, nodes: (graph.toMessage() as unknown as { node: Node[] }).node };
}

const floats = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const integers = (...shape: number[]) => ({ shape, dtype: 'int32' as const });

describe('placeProgram', () => {
  it('computes once what an operation and its gradient have in common', () => {
    const fn: ProgramFunction = (_, { x, weight, bias }) => ({
      loss: tf.sum(layerNorm(geluErf(x), weight, bias, 1e-5)),
    });
    const parameters = { x: floats(4, 8), weight: floats(8), bias: floats(8) };
    const { nodes } = place(withGradients(fn, Object.keys(parameters)), {}, parameters);
    expect(nodes.filter(({ op }) => op === 'Erf')).toHaveLength(1);
    expect(nodes.filter(({ op }) => op === 'Rsqrt')).toHaveLength(1);
  });

  it('feeds dropout masks that the host makes', () => {
    const source = { seed: integers(2), sequenceIds: integers(3), positionIds: integers(3) };
    const { placed, program } = place(
      ({ x, seed, sequenceIds, positionIds }) => ({
        y: dropout(x, { seed, sequenceIds, positionIds }, { rate: 0.5, op: 1 }),
      }),
      { x: floats(3, 64), ...source },
    );
    expect(placed.feeds.size).toBe(2);
    const x = { ...floats(3, 64), data: new Float32Array(192) };
    const batch = { x, seed: int32([1, 2]), sequenceIds: int32([0, 0, 1]), positionIds: int32([0, 1, 0]) };
    feedsOf(program, placed)(batch, createWorkspace(), (feeds) => {
      const mask = Object.values(feeds).find((fed) => fed !== x)!;
      expect(new Set(mask.data)).toEqual(new Set([0, 2]));
    });
  });

  it('cannot hold a mask whose places are computed', () => {
    const batch = { x: floats(3, 4), seed: integers(2), sequenceIds: integers(3), positionIds: integers(3) };
    const fn: ProgramFunction = ({ x, positionIds, ...source }) => ({
      y: dropout(x, { ...source, positionIds: tf.add(positionIds, positionIds) } as never, { rate: 0.5, op: 1 }),
    });
    expect(() => place(fn, batch)).toThrow(NotLowerable);
  });

  it('copies outputs that lie in what is fed, and gives each its own value', () => {
    const { placed, nodes } = place(
      ({ x }) => ({ same: x, view: tf.reshape(x, [4]), sum: tf.sum(x), again: tf.sum(x) }),
      { x: floats(2, 2) },
    );
    const opOf = (output: string) => nodes.find(({ name }) => name === placed.outputs[output])!.op;
    expect([opOf('same'), opOf('view')]).toEqual(['DeepCopy', 'DeepCopy']);
    expect([opOf('sum'), opOf('again')].sort()).toEqual(['Identity', 'Sum']);
  });
});
