// The data of a run that every report shows: the files of the run directory, and the test texts.
import type { DistillationSummary, SideBySideRow, SideBySideSummary } from './sections/side-by-side';

/** A line of `metrics.jsonl` from training, one every few steps. A number that is not finite is null in JSON. */
export interface TrainLine {
  /** Distinguishes the line from those of evaluations. */
  readonly type: 'train';
  /** Optimizer steps so far. */
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  /** Mean training loss since the previous line of this type. */
  readonly loss: number | null;
  /** Learning rate of the last step. */
  readonly learningRate?: number | null;
  /** Tokens per second since the start of training, without padding and evaluations. */
  readonly tokensPerSecond?: number | null;
  /** Global norm of the last step's gradients before clipping. */
  readonly gradNorm?: number | null;
  /** Seconds since training began, or a time as text; the page does not show it. */
  readonly time?: number | string;
}

/** A line of `metrics.jsonl` from an evaluation, usually one per epoch. */
export interface EvalLine {
  /** Distinguishes the line from those of training. */
  readonly type: 'eval';
  /** Optimizer steps so far. */
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  /** Mean over the training examples of the epoch. */
  readonly trainLoss?: number | null;
  /** Share of right predictions, over the training examples of the epoch. */
  readonly trainAccuracy?: number | null;
  /** Mean loss over the evaluation data. */
  readonly loss?: number | null;
  /** Share of right predictions, in [0, 1]. */
  readonly accuracy?: number | null;
  /** Mean F1 over classes, in [0, 1]. */
  readonly macroF1?: number | null;
  /** Micro-F1: F1 of the summed counts of all labels, in [0, 1]. */
  readonly microF1?: number | null;
  /** Of entities. */
  readonly precision?: number | null;
  /** Of entities, in [0, 1]. */
  readonly recall?: number | null;
  /** Of entities, in [0, 1]. */
  readonly f1?: number | null;
  /** exp of the mean loss per token. */
  readonly perplexity?: number | null;
  /** Mean precision over token ids, weighted by their occurrences. */
  readonly weightedPrecision?: number | null;
  /** Mean recall over token ids, weighted by their occurrences. */
  readonly weightedRecall?: number | null;
  /** Mean F1 over token ids, weighted by their occurrences. */
  readonly weightedF1?: number | null;
  /** Mean absolute error, in the target's unit. */
  readonly mae?: number | null;
  /** Root mean squared error, in the target's unit. */
  readonly rmse?: number | null;
  /** Share of the targets' variance that is explained, at most 1. */
  readonly r2?: number | null;
  /** Seconds since training began, or a time as text; the page does not show it. */
  readonly time?: number | string;
}

/** A line of another type, which the report ignores. */
export interface EpochLine {
  /** Distinguishes the line from those of training and evaluations. */
  readonly type: 'epoch';
  /** Optimizer steps so far. */
  readonly step?: number;
  /** Passes over the data so far. */
  readonly epoch?: number;
  readonly [key: string]: unknown;
}

/** A line of `metrics.jsonl`. */
export type MetricLine = TrainLine | EvalLine | EpochLine;

/** The part of `summary.json` that all runs have in common. */
export interface RunFacts {
  /** Mean loss over the reported part; null where it is not finite. */
  readonly loss: number | null;
  /** Number of training examples. */
  readonly trainExamples: number;
  /** Number of examples that were measured. */
  readonly testExamples: number;
  /** The measured part of the data; default test. */
  readonly evaluatedOn?: 'test' | 'validation';
  /** Requested number of epochs. */
  readonly epochs: number;
  /** Actual passes over the data, with a fraction; absent in runs of earlier versions. */
  readonly epochsDone?: number;
  /** Optimizer steps. */
  readonly steps?: number;
  /** Epoch of the evaluation whose model is kept. */
  readonly bestEpoch?: number;
  /** Optimizer steps before that evaluation. */
  readonly bestStep?: number;
  /** Wall time of training. */
  readonly seconds: number;
  /** Tokens per second, without padding. */
  readonly tokensPerSecond: number | null;
  /** Name of the engine that computed the run. */
  readonly engine: string;
  /** Facts about the distillation from teachers; absent without teachers. */
  readonly distillation?: DistillationSummary & {
    /** Training examples without a label. */
    readonly unlabeledExamples: number;
  };
  /** The model compared with its teachers and others; absent if there is no other model. */
  readonly sideBySide?: readonly SideBySideRow[];
  /** The model's metrics minus the baseline's, of a run with `sideBySide`. */
  readonly baselineDifference?: SideBySideSummary['baselineDifference'];
}

/** The texts of the reported part, or a sample of them. */
export interface TestTexts {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** The line of each in its file, from 1. */
  readonly lines?: readonly number[];
  /** The name of that file. */
  readonly file?: string;
}

/** Numbers of truncated texts. */
export interface CutTexts {
  /** Number of truncated training texts. */
  readonly train: number;
  /** Number of truncated texts of the reported part. */
  readonly test: number;
  /** Maximum number of tokens per text. */
  readonly maxLength: number;
}

/** The data that runs of all kinds have in common. */
export interface RunData {
  /** Heading of the page. */
  readonly title: string;
  /** The resolved options of the run, `config.json`. Nested options are listed as `outer.inner`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`, in order. */
  readonly history: readonly MetricLine[];
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts;
  /** The measured texts, with the model's predictions. */
  readonly test: TestTexts;
  /** Defaults of `config.arguments`; arguments that differ are listed first. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Default values of the other entries of `config`, nested in the same way; entries that differ are listed first: `{ scheme: 'IOB2', lora: { alpha: 16 } }`. Default none. */
  readonly settingDefaults?: Readonly<Record<string, unknown>>;
  /** The run directory, for the commands on the page. */
  readonly place?: string;
  /** Numbers of texts truncated at the maximum length, by part. */
  readonly cut?: CutTexts;
  /** Date of the report, as printed. */
  readonly generatedAt: string;
}

/** The measured part of the data. */
export function partOf({ summary }: { summary: Pick<RunFacts, 'evaluatedOn'> }): 'test' | 'validation' {
  return summary.evaluatedOn ?? 'test';
}

/** Throws RangeError unless there are texts, and as many entries in each column. */
export function checkColumns(
  { texts, lines }: TestTexts,
  own: Readonly<Record<string, ArrayLike<unknown> | undefined>>,
): void {
  const columns = { ...own, 'test.lines': lines };
  if (texts.length === 0) throw new RangeError('renderReport: test expected at least one text, got none');
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== texts.length) {
      throw new RangeError(
        `renderReport: ${name} expected ${texts.length} entries, one per text, got ${column.length}`,
      );
    }
  }
}
