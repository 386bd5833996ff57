// The data of a run that every report shows: the files of its run directory, and its test texts.
import type { DistillationSummary, SideBySideRow, SideBySideSummary } from './sections/side-by-side';

/** A line of `metrics.jsonl` from training, one every few steps. A number that is not finite is null in JSON. */
export interface TrainLine {
  /** Tells the line from those of evaluations. */
  readonly type: 'train';
  /** Optimizer steps so far. */
  readonly step: number;
  /** Passes over the data so far, with a fraction. */
  readonly epoch: number;
  /** Mean training loss since the last such line. */
  readonly loss: number | null;
  /** Learning rate of the last step. */
  readonly learningRate?: number | null;
  /** Real tokens per second since training began, without evaluations. */
  readonly tokensPerSecond?: number | null;
  /** Global norm of the last step's gradients before clipping. */
  readonly gradNorm?: number | null;
  /** Seconds since training began, or a time as text; the page does not show it. */
  readonly time?: number | string;
}

/** A line of `metrics.jsonl` from an evaluation, usually one per epoch. */
export interface EvalLine {
  /** Tells the line from those of training. */
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
  /** F1 of all labels' counts added up, in [0, 1]. */
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

/** Any other line, which the report ignores. */
export interface EpochLine {
  /** Tells the line from those of training and evaluations. */
  readonly type: 'epoch';
  /** Optimizer steps so far. */
  readonly step?: number;
  /** Passes over the data so far. */
  readonly epoch?: number;
  readonly [key: string]: unknown;
}

/** A line of `metrics.jsonl`. */
export type MetricLine = TrainLine | EvalLine | EpochLine;

/** The part of `summary.json` that every run has. */
export interface RunFacts {
  /** Mean loss over the reported part; null where it is not finite. */
  readonly loss: number | null;
  /** Number of training examples. */
  readonly trainExamples: number;
  /** Number of examples that the metrics are of. */
  readonly testExamples: number;
  /** The part of the data that the metrics are of; default test. */
  readonly evaluatedOn?: 'test' | 'validation';
  /** As the arguments asked for. */
  readonly epochs: number;
  /** Passes over the data that were made, with a fraction; runs of earlier versions do not say it. */
  readonly epochsDone?: number;
  /** Optimizer steps. */
  readonly steps?: number;
  /** The evaluation whose model is kept. */
  readonly bestEpoch?: number;
  /** Optimizer steps before that evaluation. */
  readonly bestStep?: number;
  /** Wall time of training. */
  readonly seconds: number;
  /** Tokens per second, without padding. */
  readonly tokensPerSecond: number | null;
  /** Name of the engine that computed the run. */
  readonly engine: string;
  /** How the run learned from teachers; absent without one. */
  readonly distillation?: DistillationSummary & {
    /** Training examples without a label. */
    readonly unlabeledExamples: number;
  };
  /** The model with its teachers and others; absent without any. */
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

/** How many texts were cut. */
export interface CutTexts {
  /** Number of training texts that were cut. */
  readonly train: number;
  /** Of the reported part. */
  readonly test: number;
  /** Tokens at which they are cut. */
  readonly maxLength: number;
}

/** The data of a run, without what depends on its kind. */
export interface RunData {
  /** Heading of the page. */
  readonly title: string;
  /** The resolved options of the run, `config.json`. Nested options are listed as `outer.inner`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`, in order. */
  readonly history: readonly MetricLine[];
  /** The figures of `summary.json`. */
  readonly summary: RunFacts;
  /** The texts that the metrics are of, with the model's answers. */
  readonly test: TestTexts;
  /** Defaults of `config.arguments`: what differs from them is listed first. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** What entries of `config` other than the arguments are where nobody asks for anything, nested alike: `{ scheme: 'IOB2', lora: { alpha: 16 } }`; default none. */
  readonly settingDefaults?: Readonly<Record<string, unknown>>;
  /** The run directory, for the commands that the page proposes. */
  readonly place?: string;
  /** Texts cut at the longest length, by part. */
  readonly cut?: CutTexts;
  /** Date of the report, as it is printed. */
  readonly generatedAt: string;
}

/** The part of the data that the metrics are of. */
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
