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
import { noteUnused, refuseArguments, withBestMetric } from '../run/checks';
import { checkRunDirectory } from '../run/directory';
import { fitRun, type PreparedFit, type TrainingFacts } from '../run/fit';
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
 * Trains a Llama to write completions after prompts, or to go on with texts, and writes the run directory, as
 * `fitSequenceClassifier` does; `loadGenerator` then writes with it.
 *
 * Of a prompted text the completion alone is learned, and that it ends there. Without `maxLength` the least multiple of 8 applies
 * that cuts fewer than 1 % of the training texts; a text that is longer keeps its completion. What is cut and what is left out is
 * counted in one note. With `lora` the model is frozen, and adapters learn.
 * @throws AttuneError naming what is wrong and what to do
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
    /** Texts that it was trained on, and measured on. */
    readonly trainExamples: number;
    /** Texts that it was measured on. */
    readonly testExamples: number;
    /** The part that metrics are of. */
    readonly evaluatedOn: 'test' | 'validation';
  };
}

/** A type: an interface is not assignable to a record. */
export type CausalLmMetrics = {
  /** Mean over the tokens that are to be written. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** The same over all tokens but the one at the end of each text; of plain texts, for others its end is part of what is learned. */
  readonly perplexityWithoutEnd?: number;
  /** Share of these tokens that are the likeliest. */
  readonly accuracy: number;
  /** Over these tokens, each token of the vocabulary a class, averaged by how often it is to be written. */
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
  if (endTokenId === undefined) onNote(`${options.model} names no end token: it will not learn where a text ends`);
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
    async results(finished) {
      const measuring = causalLmTask({ endTokenId: arePlain(parts.reported) ? endTokenId : undefined });
      const settings = { engine, task: measuring, batchSize: args.perDeviceEvalBatchSize, seed: args.seed };
      const metrics = await evaluateModel(finished, reported, settings);
      const counts = { trainExamples: train.sequences.length, testExamples: reported.sequences.length };
      return { metrics: { ...(metrics as CausalLmMetrics), maxLength, ...counts, evaluatedOn: parts.evaluatedOn } };
    },
  };
}

/** What is kept of texts that are too long; of a run that is resumed what its record says, unless options do. */
async function givenTruncation({ truncationMode, resume, out }: CausalLmFitOptions): Promise<TruncationMode> {
  const recorded = resume ? await recordedSetting(out, 'truncationMode') : undefined;
  return truncationMode ?? truncationModes.find((mode) => mode === recorded) ?? 'keep_completion';
}

/** Logits over the vocabulary are large: an evaluation's batch is no larger than a training's, unless it is said to be. */
function withEvalBatch(args: Partial<TrainingArguments>): Partial<TrainingArguments> {
  const { perDeviceTrainBatchSize, perDeviceEvalBatchSize } = args;
  const usual = trainingArguments({ perDeviceTrainBatchSize }).perDeviceTrainBatchSize;
  return { ...args, perDeviceEvalBatchSize: perDeviceEvalBatchSize ?? usual };
}
