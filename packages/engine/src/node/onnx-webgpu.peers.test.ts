import { afterAll, describe, it } from 'vitest';
import { testEngine } from '../testing';
import { openWebgpuEngine } from './onnx-webgpu';

// A GPU has sines and exponentials of its own, good to a few units in the fourth place.
const limits = { kernels: 5e-4, gradients: 1e-3, steps: 5e-6, losses: 1e-5 };

describe('engine onnx-webgpu', async () => {
  const engine = await openWebgpuEngine();
  afterAll(() => engine.close());
  it.each(testEngine(limits))('$title', ({ run }) => run(engine));
});
