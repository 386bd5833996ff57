import type { EntityMode, TagScheme } from '@attune/metrics';
import type { EvaluationEvent, LossEvent } from '../../events';
import type { Decoding } from '../../tasks/tag-decoder';
import type { TaggedWords } from '../../token-examples';
import type { RunOptions } from '../fit-options';
import { fitRun, type TrainingFacts } from '../fit-run';
import type { SentenceTags } from '../tagger';
import { prepareTokenFit, type TokenFigures } from './prepare-token-fit';
import type { TaggedParts } from './token-parts';

/** What `fitTokenClassifier` takes. */
export interface TokenFitOptions extends RunOptions {
  readonly data: TaggedParts;
  /** What the tags follow; IOB2 unless given. `none` for tags that stand for themselves, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /** What counts as an entity: `strict` unless given. */
  readonly mode?: EntityMode;
  /** How tags are chosen, in evaluation and prediction; `argmax` unless given. */
  readonly decoding?: Decoding;
  /** Tokens that two windows onto a sentence longer than `maxLength` share; a quarter of `maxLength` unless given. */
  readonly stride?: number;
}

export type TokenRunSummary = TokenFigures & TrainingFacts;

export interface TokenFitResult {
  readonly summary: TokenRunSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  /** The part that results are reported on, and what the model made of it. */
  readonly test: { readonly sentences: readonly TaggedWords[]; readonly predicted: readonly SentenceTags[] };
}

/**
 * Fine-tunes a tagger on sentences of tagged words and writes the run directory, as `fitSequenceClassifier` does. The best
 * model is that of the highest `f1` of entities (`accuracy` where the scheme is `none`) unless `metricForBestModel` says otherwise.
 *
 * A sentence longer than `maxLength` is read in overlapping windows; each word is learnt, measured and tagged in the one in which it has
 * the most context, and in no other. Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 * @example
 * const [train, validation] = await Promise.all(['train.conll', 'dev.conll'].map((path) => readConll(path)));
 * await fitTokenClassifier({ data: { train, validation }, model: 'models/minilm', engine, out: 'runs/skills' });
 */
export async function fitTokenClassifier(options: TokenFitOptions): Promise<TokenFitResult> {
  const { results, ...run } = await fitRun(options, () => prepareTokenFit(options));
  return { ...run, labels: results.labels, test: results.test };
}
