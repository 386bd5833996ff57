import { expect, it } from 'vitest';
import { replayFloat64 } from '../engines/replay/float64';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy';
import { withGradients } from '../record/gradients';
import { record } from '../record/record';
import { float32, int32 } from '../tensor';
import { denseClasses } from './dense-classes';
import { optimise } from './optimise';

it('gives the same gradients of a loss over classes', () => {
  const batch = { labels: int32([2, 0]), weights: float32([1, 0.5]) };
  const parameters = { logits: float32([0.5, -1, 2, 1, 3, -2], [2, 3]) };
  const derived = withGradients(
    ({ labels, weights }, { logits }) => ({ loss: softmaxCrossEntropy(logits, labels, weights) }),
    ['logits'],
  );
  const program = optimise(record(derived, batch, parameters));
  const dense = denseClasses(program);
  const inputs = { ...batch, ...parameters };
  expect(replayFloat64(dense, inputs)).toEqual(replayFloat64(program, inputs));
  const kernels = ({ nodes }: typeof program) => nodes.map(({ kernel }) => kernel);
  expect(kernels(program)).toContain('AddToClass');
  expect(kernels(dense)).not.toContain('AddToClass');
});
