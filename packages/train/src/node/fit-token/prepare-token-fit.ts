import { trainingArguments } from '../../arguments';
import { tokenTask } from '../../tasks/token';
import { type EncodedSentences, type TaggedWords, tokenExamples } from '../../token-examples';
import { defaultStride } from '../../token-windows';
import { withBestMetric } from '../best-metrics';
import type { PreparedFit } from '../fit-run';
import { withMaxLength } from '../max-length';
import { prepareModel } from '../prepare-model';
import { checkRunDirectory } from '../run-directory';
import type { SentenceTags, TaggerSettings } from '../tagger';
import type { TagEvaluation } from '../tagger/tag-evaluation';
import { taggerOf } from '../tagger/tagger-of';
import { programLogits } from '../tagger/token-logits';
import { refuseArguments } from '../unused-arguments';
import type { TokenFitOptions } from './fit-token-classifier';
import { type CheckedParts, checkedParts } from './token-parts';

/** What a run of token classification ends with. */
export interface TokenResults {
  readonly figures: TokenFigures;
  readonly labels: readonly string[];
  /** The part that results are reported on, and what the model made of it. */
  readonly test: { readonly sentences: readonly TaggedWords[]; readonly predicted: readonly SentenceTags[] };
}

/** What the tags are worth, and of how many sentences. A type, for an interface is no record. */
export type TokenFigures = Omit<TagEvaluation, 'predicted'> & {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly evaluatedOn: 'test' | 'validation';
};

/** Everything a run of token classification needs, checked. */
export async function prepareTokenFit(options: TokenFitOptions): Promise<PreparedFit<EncodedSentences, TokenResults>> {
  const { onNote = () => {}, engine, scheme = 'IOB2', mode = 'strict', decoding = 'argmax' } = options;
  const metric = scheme === 'none' ? 'accuracy' : undefined;
  const given = trainingArguments(withBestMetric(options.arguments, 'token-classification', metric));
  refuseArguments(given, ['classWeights'], 'token classification');
  await checkRunDirectory(options.out, options);
  const parts = checkedParts(options.data, onNote);
  const { labels } = parts;
  const reading = { scheme, mode, decoding };
  const task = tokenTask(labels, reading);
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = given;
  const { model, parameters, tokenizer } = await prepareModel(options.model, {
    ...options,
    task: 'token-classification',
    labels,
    texts: parts.train.map(({ words }) => words.join(' ')),
    seed: given.seed,
    loss: { labelSmoothing, focalGamma },
  });
  const args = withMaxLength(given, model);
  const settings = { ...reading, maxLength: args.maxLength, stride: options.stride ?? defaultStride(args.maxLength) };
  const encoded = (sentences: readonly TaggedWords[]) => tokenExamples(sentences, { ...settings, tokenizer, labels });
  const train = encoded(parts.train);
  noteWindows(train, settings, onNote);
  return {
    args,
    model,
    parameters,
    tokenizer,
    task,
    data: { train, validation: parts.validation && encoded(parts.validation) },
    settings: { ...reading, stride: settings.stride },
    async results({ model, parameters: trained }) {
      const program = engine.compile(model.program);
      const logits = programLogits((batch) => program.run(batch, trained), {
        model,
        batchSize: args.perDeviceEvalBatchSize,
      });
      return resultsOf(parts, taggerOf({ ...settings, logits, tokenizer, config: model.config }));
    },
  };
}

function noteWindows(
  { windowed, lostWords }: EncodedSentences,
  { maxLength, stride }: TaggerSettings,
  onNote: (note: string) => void,
): void {
  if (windowed > 0)
    onNote(
      `${windowed} training sentences have more than ${maxLength} tokens and are read in windows that share ${stride}`,
    );
  if (lostWords > 0)
    onNote(`${lostWords} training words are of characters that the tokenizer drops, and teach nothing`);
}

async function resultsOf(parts: CheckedParts, tagger: Pick<ReturnType<typeof taggerOf>, 'evaluate'>) {
  const { predicted, ...figures } = await tagger.evaluate(parts.reported);
  const counts = { trainExamples: parts.train.length, testExamples: parts.reported.length };
  return {
    figures: { ...figures, ...counts, evaluatedOn: parts.evaluatedOn },
    labels: parts.labels,
    test: { sentences: parts.reported, predicted },
  };
}
