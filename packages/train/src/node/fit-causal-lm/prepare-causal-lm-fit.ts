import { type TrainingArguments, trainingArguments } from '../../arguments';
import { type CausalLmData, causalLmTask } from '../../tasks/causal-lm';
import { withBestMetric } from '../best-metrics';
import { evaluateModel } from '../evaluate-model';
import type { PreparedFit } from '../fit-run';
import { prepareModel } from '../prepare-model';
import { checkRunDirectory } from '../run-directory';
import { refuseArguments } from '../unused-arguments';
import { endTokenOf, withEndToken, writerFiles } from '../writer-files';
import { checkedTexts, cutPart, encodePart, encodeTraining, wholeTexts, withProposedLength } from './causal-parts';
import type { CausalLmFitOptions } from './fit-causal-lm';

/** What a run of causal language modelling ends with. */
export interface CausalLmResults {
  readonly figures: CausalLmFigures & {
    readonly maxLength: number;
    /** Texts that it was trained on, and measured on. */
    readonly trainExamples: number;
    readonly testExamples: number;
    readonly evaluatedOn: 'test' | 'validation';
  };
}

/** A type, for an interface is no record. */
export type CausalLmFigures = {
  /** Mean over the tokens that are to be written. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** Share of these tokens that are the likeliest. */
  readonly accuracy: number;
  /** Over these tokens, each token of the vocabulary a class, averaged by how often it is to be written. */
  readonly weightedPrecision: number;
  readonly weightedRecall: number;
  readonly weightedF1: number;
};

/** Everything a run of causal language modelling needs, checked. */
export async function prepareCausalLmFit(
  options: CausalLmFitOptions,
): Promise<PreparedFit<CausalLmData, CausalLmResults>> {
  const { onNote = () => {}, engine, truncationMode: mode = 'keep_start' } = options;
  const given = trainingArguments(withEvalBatch(withBestMetric(options.arguments, 'causal-lm')));
  refuseArguments(given, ['classWeights', 'labelSmoothingFactor', 'focalGamma'], 'causal language modelling');
  await checkRunDirectory(options.out, options);
  const parts = checkedTexts(options.data, onNote);
  const prepared = await prepareModel(options.model, {
    ...options,
    task: 'causal-lm',
    texts: options.model === 'new' ? wholeTexts(parts.train) : [],
    seed: given.seed,
  });
  const { parameters, tokenizer } = prepared;
  const endTokenId = await endTokenOf(prepared);
  if (endTokenId === undefined) onNote(`${options.model} names no end token: it will not learn where a text ends`);
  const model = withEndToken(prepared.model, endTokenId);
  const encoding = { tokenizer, endTokenId, model, mode, onNote };
  const { examples, lengths } = encodeTraining(parts.train, encoding);
  const args = withProposedLength(given, lengths, model);
  const { maxLength } = args;
  const train = cutPart('training', examples, { maxLength, mode, onNote });
  const encoded = (name: string, texts: Parameters<typeof encodePart>[1]) =>
    encodePart(name, texts, { ...encoding, maxLength });
  const validation = parts.validation && encoded('validation', parts.validation);
  const reported = parts.evaluatedOn === 'test' ? encoded('test', parts.reported) : validation!;
  const task = causalLmTask();
  return {
    args,
    model,
    parameters,
    tokenizer,
    task,
    data: { train, validation },
    files: await writerFiles(prepared, endTokenId),
    settings: { truncationMode: mode, tokenLengths: lengths },
    async results(finished) {
      const settings = { engine, task, batchSize: args.perDeviceEvalBatchSize, seed: args.seed };
      const figures = await evaluateModel(finished, reported, settings);
      const counts = { trainExamples: train.sequences.length, testExamples: reported.sequences.length };
      return { figures: { ...(figures as CausalLmFigures), maxLength, ...counts, evaluatedOn: parts.evaluatedOn } };
    },
  };
}

/** Logits over the vocabulary are large: an evaluation's batch is no larger than a training's, unless it is said to be. */
function withEvalBatch(args: Partial<TrainingArguments>): Partial<TrainingArguments> {
  const { perDeviceTrainBatchSize, perDeviceEvalBatchSize } = args;
  const usual = trainingArguments({ perDeviceTrainBatchSize }).perDeviceTrainBatchSize;
  return { ...args, perDeviceEvalBatchSize: perDeviceEvalBatchSize ?? usual };
}
