import { afterAll, describe, it } from 'vitest';
import { testEngine } from '../testing';
import { openCudaEngine } from './onnx-cuda';

// A GPU has sines and exponentials of its own.
const limits = { kernels: 5e-4, gradients: 1e-3, steps: 5e-6, losses: 1e-5 };

describe('engine onnx-cuda', async () => {
  const engine = await openCudaEngine();
  afterAll(() => engine.close());
  it.each(testEngine(limits))('$title', ({ run }) => run(engine));
});
