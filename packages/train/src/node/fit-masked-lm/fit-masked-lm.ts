import type { EvaluationEvent, LossEvent } from '../../events';
import type { RunOptions } from '../fit-options';
import { fitRun, type TrainingFacts } from '../fit-run';
import type { MaskingOptions } from './masking-of';
import { type MaskedLmResults, prepareMaskedLmFit } from './prepare-masked-lm-fit';

/** The parts of a collection of texts. Without a test part, results are reported on the validation part. */
export interface TextParts {
  readonly train: readonly string[];
  readonly validation?: readonly string[];
  readonly test?: readonly string[];
}

/** What `fitMaskedLm` takes. */
export interface MaskedLmFitOptions extends RunOptions, MaskingOptions {
  readonly data: TextParts;
  /** Tokens a chunk; 256, or the model's positions where these are fewer, unless given. */
  readonly chunkLength?: number;
}

export type MaskedLmSummary = MaskedLmResults['figures'] & TrainingFacts;

export interface MaskedLmFitResult {
  readonly summary: MaskedLmSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
}

/**
 * Trains a model to guess hidden tokens of texts, which makes it know their words, and writes the run directory, as
 * `fitSequenceClassifier` does. `model/` is then what a classifier or a tagger of such texts begins from.
 *
 * Texts are laid end to end and cut into chunks. Masks of the training part are new in every epoch; those of the validation and test
 * parts are the same every time and depend on the seed. An encoder without the head gets one, its decoder tied to the embeddings
 * unless `config.json` says otherwise; `freeze` and one epoch warm it up before all of the model learns.
 * @throws AttuneError naming what is wrong and what to do
 * @example
 * await fitMaskedLm({ data: { train: texts, validation: more }, model: 'models/distilbert', engine, out: 'runs/adapted' });
 */
export async function fitMaskedLm(options: MaskedLmFitOptions): Promise<MaskedLmFitResult> {
  const { summary, config, history } = await fitRun(options, () => prepareMaskedLmFit(options));
  return { summary, config, history };
}
