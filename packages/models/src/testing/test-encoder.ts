import type { Engine } from '@attune/engine';
import type { ModelTask } from '../checkpoint/model-config';
import {
  checkExactGradients,
  checkGradients,
  checkInvariance,
  checkOutputs,
  checkSteps,
  checkWrittenBack,
} from './encoder-checks';
import { allInARow, type Golden, longest, openGolden, twoToARow } from './golden';
import { defaultLimits, type EncoderLimits } from './limits';

/** One conformance test of an encoder; `run` throws if it fails. */
export interface EncoderTest {
  /** Name of the test: the expected property, in words. */
  readonly title: string;
  /** Runs the test; rejects if the encoder fails it. */
  readonly run: () => Promise<void>;
}

/** Options of `testEncoder`. */
export interface TestEncoderOptions {
  /** Directory with the golden files. */
  readonly directory: string;
  /** Task of the checkpoint's head. */
  readonly task: ModelTask;
  /** Engines to test. */
  readonly engines: readonly Engine[];
  /** Golden data that the directory lacks, so that nothing is skipped unnoticed; default none. */
  readonly lacks?: readonly ('hidden states' | 'steps')[];
  /** Tolerances; default 5e-6, for gradients 3e-5. */
  readonly limits?: Partial<EncoderLimits>;
}

const packings = [
  { rows: 'the longest sequence', rowLength: longest },
  { rows: 'two of the longest', rowLength: twoToARow },
  { rows: 'all sequences', rowLength: allInARow },
];

/**
 * Conformance tests of an encoder: outputs, gradients, training steps and saved files equal the reference's.
 *
 * The directory holds, as written with transformers: `config.json` and `model.safetensors`; `io.safetensors` with
 * `input_ids`, `attention_mask`, `token_type_ids` (for a model with segments) and `labels`, each [batch, length] or, for
 * `labels`, the shape of the loss, `logits`, `loss`, `hidden_states.<i>` and `grad.<parameter>`; `after.safetensors`, the
 * parameters after the steps in `meta.json` (`steps`, `loss_after`, `decayed`). Dropout is off.
 *
 * The tests are independent of a test framework: register them with yours. Needs Node to read the files.
 *
 * @example
 * const tests = testEncoder({ directory: 'goldens/bert-token', task: 'token-classification', engines: [openOnnxEngine()] });
 * describe('bert', () => it.each(tests)('$title', ({ run }) => run()));
 */
export function testEncoder(options: TestEncoderOptions): readonly EncoderTest[] {
  const { directory, task, engines, lacks = [] } = options;
  const limits = { ...defaultLimits, ...options.limits };
  let opened: Promise<Golden> | undefined;
  const test = (title: string, check: (golden: Golden) => Promise<void>): EncoderTest => ({
    title,
    run: async () => {
      opened ??= openGolden(directory, task);
      await check(await opened);
    },
  });
  const hiddenStates = !lacks.includes('hidden states');
  const outputs = hiddenStates ? 'logits, loss and hidden states' : 'logits and loss';
  const onEngine = (engine: Engine): EncoderTest[] => [
    ...packings.map(({ rows, rowLength }) =>
      test(`has the ${outputs} on ${engine.name}, in rows that hold ${rows}`, (golden) =>
        checkOutputs(golden, { engine, rowLength, limits, hiddenStates })),
    ),
    test(`computes the same on ${engine.name} whatever fills the rows`, (golden) =>
      checkInvariance(golden, { engine, limits })),
    test(`has the gradients on ${engine.name}`, (golden) => checkGradients(golden, { engine, limits })),
    ...(lacks.includes('steps')
      ? []
      : [test(`takes the optimizer steps on ${engine.name}`, (golden) => checkSteps(golden, { engine, limits }))]),
  ];
  return [
    test('is written back byte for byte, under the same class', checkWrittenBack),
    test('has the gradients in the float64 replay', (golden) => checkExactGradients(golden, limits)),
    ...engines.flatMap(onEngine),
  ];
}
