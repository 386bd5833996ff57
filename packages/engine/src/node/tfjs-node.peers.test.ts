import { afterAll, describe, it } from 'vitest';
import { openInProject } from '../../test/tfjs-node-in-project';
import { testEngine } from '../testing';

// Its sums are in an order of their own, and some of the losses nearly cancel: 3e-7 of what is summed, 2e-5 of the loss.
const limits = { gradients: 5e-5 };

describe.each(['graph', 'eager'] as const)('engine tfjs-node, %s', async (mode) => {
  const engine = await openInProject({ mode });
  afterAll(() => engine.close());
  it.each(testEngine(limits))('$title', ({ run }) => run(engine));
});
