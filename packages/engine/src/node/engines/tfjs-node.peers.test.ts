import { afterAll, describe, it } from 'vitest';
import { testEngine } from '../../testing';
import { openTfjsNodeEngine } from './tfjs-node';

/** The project that has the package; `npm run test:peers` makes one. */
const { ATTUNE_TFJS_NODE_PROJECT: project = process.cwd() } = process.env;

// Its sums are in an order of their own, and some of the losses nearly cancel: 3e-7 of what is summed, 2e-5 of the loss.
const limits = { gradients: 5e-5 };

describe('engine tfjs-node', async () => {
  const before = process.cwd();
  process.chdir(project);
  const engine = await openTfjsNodeEngine('tfjs-node');
  process.chdir(before);
  afterAll(() => engine.close());
  it.each(testEngine(limits))('$title', ({ run }) => run(engine));
});
