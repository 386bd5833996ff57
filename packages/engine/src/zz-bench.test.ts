import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { openOnnxEngine } from './node';
import { float32, int32 } from './tensor';
import { withGradients } from './record/gradients';
import { record } from './record/record';
import { optimise } from './passes/optimise';
import { peakBytes } from './memory';
import { softmaxCrossEntropy } from './ops/losses';
import { randomFloats } from './testing';
function old(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const target = tf.oneHot(labels as tf.Tensor1D, logits.shape[1]!); // [reads, labels]
  const isLabelled = tf.greaterEqual(labels, tf.scalar(0, 'int32')); // [reads]
  const losses = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
  const w = tf.mul(weights, tf.cast(isLabelled, 'float32'));
  return tf.div(tf.sum(tf.mul(losses, w)), tf.sum(w));
}
const smooth = (l: tf.Tensor, a: tf.Tensor, w: tf.Tensor) => softmaxCrossEntropy(l, a, w, { labelSmoothing: 0.1 });
it('bench', async () => {
  const engine = openOnnxEngine();
  const [reads, vocab] = [1229, 30522];
  const batch = { labels: int32(Int32Array.from({ length: reads }, (_, i) => (i * 97) % vocab)), weights: float32(new Float32Array(reads).fill(1)) };
  const parameters = { logits: randomFloats([reads, vocab], 2) };
  const fn = (f: typeof old) => withGradients(({ labels, weights }, { logits }) => ({ loss: f(logits, labels, weights) }), ['logits']);
  const progs: Record<string, any> = {};
  for (const [n, f] of Object.entries({ old, new: softmaxCrossEntropy, smooth })) { progs[n] = engine.compile(fn(f)); console.log(n, 'peak MB', Math.round(peakBytes(optimise(record(fn(f), batch, parameters))) / 1e6)); }
  const times: Record<string, number[]> = { old: [], new: [], smooth: [] };
  for (let i = 0; i < 9; i++) for (const [n, p] of Object.entries(progs)) { const t = performance.now(); await p.run(batch, parameters); if (i) times[n].push(performance.now() - t); }
  for (const [n, t] of Object.entries(times)) console.log(n, t.sort((a, b) => a - b).map((x) => x.toFixed(0)).join(' '));
}, 300000);
