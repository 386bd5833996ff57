import { checkOptions } from '@attune/internal';
import { type TrainingArguments, trainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { type TruncationMode, truncationModes } from '../../tasks/causal-lm/examples';
import { lengthsNote } from '../../tasks/causal-lm/lengths';
import { type CausalLmData, causalLmTask } from '../../tasks/causal-lm/task';
import { checkCausalLmParts } from '../border/data';
import { causalLmFitTable } from '../border/tables';
import { evaluateModel } from '../model/finished-model';
import { prepareModel } from '../model/prepare';
import { checkRunDirectory } from '../run/check-directory';
import { noteUnused, refuseArguments, withBestMetric } from '../run/checks';
import { fitRun } from '../run/fit';
import type { PreparedFit, TrainingFacts } from '../run/prepared-fit';
import { givenArguments, recordedSetting } from '../run/recorded';
import { endTokenOf, generatorFiles, withEndToken } from './files';
import type { CausalLmFitOptions } from './options';
import {
  arePlain,
  type CutPart,
  checkedTexts,
  cutPart,
  encodePart,
  encodeTraining,
  wholeTexts,
  withProposedLength,
} from './parts';

/** The summary of a run of causal language modeling. */
export type CausalLmSummary = CausalLmResults['metrics'] & TrainingFacts;

/** The result of `fitCausalLm`. */
export interface CausalLmFitResult {
  /** The metrics and facts of `summary.json`. */
  readonly summary: CausalLmSummary;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
}

/**
 * Trains a Llama to complete prompts, or to continue texts, and writes the run directory, as
 * `fitSequenceClassifier` does; `loadGenerator` loads it.
 *
 * Of a text with a prompt only the completion and its end are learned. `maxLength` defaults to the least multiple of 8
 * that cuts fewer than 1 % of the training texts; a longer text keeps its completion. One note
 * counts the cut and the dropped texts. With `lora` the model is frozen, and adapters are trained.
 * @throws AttuneError naming the fault and the fix
 * @example
 * const train = [{ prompt: '### Job: Welder\n### Skills:', completion: ' ["welding"]' }];
 * await fitCausalLm({
 *   ...{ data: { train, validation: train }, model: 'models/llama', engine, out: 'runs/skills' },
 *   lora: { r: 32, alpha: 64, targetModules: 'all-linear' },
 * });
 */
export async function fitCausalLm(options: CausalLmFitOptions): Promise<CausalLmFitResult> {
  checkOptions('fitCausalLm', options, causalLmFitTable);
  const { summary, config, history } = await fitRun(options, () => prepareCausalLmFit(options));
  return { summary, config, history };
}

/** The results of a run of causal language modeling. */
interface CausalLmResults {
  /** The metrics of `summary.json`. */
  readonly metrics: CausalLmMetrics & {
    /** Most tokens per text. */
    readonly maxLength: number;
    /** Number of training texts. */
    readonly trainExamples: number;
    /** Number of measured texts. */
    readonly testExamples: number;
    /** The measured part. */
    readonly evaluatedOn: 'test' | 'validation';
  };
}

/** A type: an interface is not assignable to a record. */
export type CausalLmMetrics = {
  /** Mean loss over the tokens to predict. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** The same without the end token of each text; for plain texts only, since the end of a completion is part of the target. */
  readonly perplexityWithoutEnd?: number;
  /** Share of these tokens that the model ranks first. */
  readonly accuracy: number;
  /** Over these tokens, with each token of the vocabulary as a class, weighted by its occurrences. */
  readonly weightedPrecision: number;
  /** As `weightedPrecision`. */
  readonly weightedRecall: number;
  /** As `weightedPrecision`. */
  readonly weightedF1: number;
};

/** Everything a run of causal language modeling needs, checked. */
async function prepareCausalLmFit(options: CausalLmFitOptions): Promise<PreparedFit<CausalLmData, CausalLmResults>> {
  const { onNote = () => {}, engine } = options;
  checkCausalLmParts('fitCausalLm', options.data);
  const resolved = trainingArguments(
    withEvalBatch(withBestMetric(await givenArguments(options), { task: 'causal-lm' })),
  );
  refuseArguments(resolved, ['classWeights', 'labelSmoothingFactor', 'focalGamma'], 'causal language modeling');
  await checkRunDirectory(options.out, options);
  const mode = await givenTruncation(options);
  noteUnused(options);
  const parts = checkedTexts(options.data, onNote);
  const prepared = await prepareModel(options.model, {
    ...options,
    task: 'causal-lm',
    texts: options.model === 'new' ? wholeTexts(parts.train) : [],
    seed: resolved.seed,
  });
  const { parameters, tokenizer, origin } = prepared;
  const endTokenId = await endTokenOf(prepared);
  if (endTokenId === undefined)
    onNote(`${options.model} names no end token, so the model does not learn where a text ends`);
  const model = withEndToken(prepared.model, endTokenId);
  const encoding = { tokenizer, endTokenId, model, mode, onNote };
  const { examples, lengths } = encodeTraining(parts.train, encoding);
  const args = withProposedLength(resolved, lengths, { model, tokenizer });
  const { maxLength } = args;
  const cuts: string[] = [];
  const noted = ({ data, cuts: own }: CutPart) => {
    cuts.push(...own);
    return data;
  };
  const encoded = (name: string, texts: Parameters<typeof encodePart>[1]) =>
    noted(encodePart(name, texts, { ...encoding, maxLength }));
  const train = noted(cutPart('training', examples, { maxLength, mode }));
  const validation = parts.validation && encoded('validation', parts.validation);
  const reported = parts.evaluatedOn === 'test' ? encoded('test', parts.reported) : validation!;
  onNote(lengthsNote(lengths, { maxLength, cuts }));
  const task = causalLmTask();
  return {
    args,
    model,
    parameters,
    tokenizer,
    origin,
    task,
    data: { train, validation },
    test: parts.evaluatedOn === 'test' ? reported : undefined,
    files: await generatorFiles({ ...prepared, maxLength }, endTokenId),
    settings: { truncationMode: mode, tokenLengths: lengths },
    async results(finished, onProgress) {
      const measuring = causalLmTask({ endTokenId: arePlain(parts.reported) ? endTokenId : undefined });
      const batches = { batchSize: args.perDeviceEvalBatchSize, seed: args.seed };
      const settings = { engine, task: measuring, ...batches, onProgress };
      const metrics = await evaluateModel(finished, reported, settings);
      const counts = { trainExamples: train.sequences.length, testExamples: reported.sequences.length };
      return { metrics: { ...(metrics as CausalLmMetrics), maxLength, ...counts, evaluatedOn: parts.evaluatedOn } };
    },
  };
}

/** The kept part of texts that are too long; a resumed run takes it from its record, unless options give it. */
async function givenTruncation({ truncationMode, resume, out }: CausalLmFitOptions): Promise<TruncationMode> {
  const recorded = resume ? await recordedSetting(out, 'truncationMode') : undefined;
  return truncationMode ?? truncationModes.find((mode) => mode === recorded) ?? 'keep_completion';
}

/** The batch of an evaluation; default that of training, since logits over the vocabulary are large. */
function withEvalBatch(args: Partial<TrainingArguments>): Partial<TrainingArguments> {
  const { perDeviceTrainBatchSize, perDeviceEvalBatchSize } = args;
  const usual = trainingArguments({ perDeviceTrainBatchSize }).perDeviceTrainBatchSize;
  return { ...args, perDeviceEvalBatchSize: perDeviceEvalBatchSize ?? usual };
}
