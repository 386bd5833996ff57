import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { replayFloat64 } from '../compile/replay';
import type { Program } from '../program';
import { record, withGradients } from '../record/record';
import { float32 } from '../tensor';
import { largestDifference, opCases } from '../testing';
import { foldConstants, optimize, removeAliases, removeDeadCode, shareCommonSubexpressions } from './optimize';

const x = float32([1, 2, 3, 4], [2, 2]);
const kernelsOf = (program: Program) => program.nodes.map((node) => node.kernel);
const recorded = (fn: (x: tf.Tensor) => tf.Tensor) => record(({ x }) => ({ y: fn(x) }), { x });

it.each(opCases)('leaves every value of $op and its gradients as they were', ({ batch, parameters, fn }) => {
  const derived = withGradients(fn, Object.keys(parameters));
  const program = record(derived, batch, parameters);
  const optimized = optimize(program);
  const inputs = { ...batch, ...parameters };
  expect(optimized.nodes.length).toBeLessThanOrEqual(program.nodes.length);
  const expected = replayFloat64(program, inputs);
  // A folded constant is rounded to float32, as an engine would have rounded it.
  for (const [name, { data }] of Object.entries(replayFloat64(optimized, inputs)))
    expect(largestDifference(data, expected[name].data).relative, name).toBeLessThan(1e-6);
});

describe('dead code', () => {
  it('is dropped with the constants only it used', () => {
    const program = record(
      ({ x }) => {
        tf.exp(tf.add(x, tf.tensor1d([5, 6])));
        return { y: tf.neg(x) };
      },
      { x },
    );
    const live = removeDeadCode(program);
    expect(kernelsOf(live)).toEqual(['Neg']);
    expect(live.constants.size).toBe(0);
  });
});

describe('common subexpressions', () => {
  it('are computed once', () => {
    const program = recorded((x) => tf.add(tf.exp(x), tf.sqrt(tf.exp(x))));
    expect(kernelsOf(shareCommonSubexpressions(program))).toEqual(['Exp', 'Sqrt', 'Add']);
  });

  it('are told apart by attributes', () => {
    const program = recorded((x) => tf.add(tf.sum(x, 0), tf.sum(x, 1)));
    expect(kernelsOf(shareCommonSubexpressions(program))).toEqual(['Sum', 'Sum', 'Add']);
  });
});

describe('aliases', () => {
  it('are removed where they give back what they got', () => {
    const program = recorded((x) => tf.neg(tf.mul(tf.add(tf.reshape(tf.cast(x, 'float32'), [2, 2]), 0), 1)));
    expect(kernelsOf(removeDeadCode(removeAliases(program)))).toEqual(['Neg']);
  });

  it('stay where they change the shape', () => {
    const program = recorded((x) => tf.mul(tf.sum(x), tf.ones([2, 2])));
    expect(kernelsOf(removeAliases(program))).toContain('Multiply');
  });
});

describe('constants', () => {
  it('are folded through kernels', () => {
    const program = recorded((x) => tf.add(x, tf.exp(tf.mul(tf.scalar(2), 3))));
    const folded = foldConstants(program);
    expect(kernelsOf(folded)).toEqual(['Add']);
    expect(replayFloat64(folded, { x }).y.data[0]).toBeCloseTo(1 + Math.exp(6), 4);
  });
});
