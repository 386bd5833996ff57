// The data of a run that every report shows: the files of its run directory, and its test texts.

/** A line of `metrics.jsonl` from training, one every few steps. A number that is not finite is null in JSON. */
export interface TrainLine {
  readonly type: 'train';
  readonly step: number;
  readonly epoch: number;
  readonly loss: number | null;
  readonly learningRate?: number | null;
  readonly tokensPerSecond?: number | null;
  readonly gradNorm?: number | null;
  readonly time?: number | string;
}

/** A line of `metrics.jsonl` from an evaluation, usually one per epoch. */
export interface EvalLine {
  readonly type: 'eval';
  readonly step: number;
  readonly epoch: number;
  /** Mean over the training examples of the epoch. */
  readonly trainLoss?: number | null;
  readonly trainAccuracy?: number | null;
  readonly loss?: number | null;
  readonly accuracy?: number | null;
  readonly macroF1?: number | null;
  readonly microF1?: number | null;
  /** Of entities. */
  readonly precision?: number | null;
  readonly recall?: number | null;
  readonly f1?: number | null;
  readonly perplexity?: number | null;
  readonly weightedPrecision?: number | null;
  readonly weightedRecall?: number | null;
  readonly weightedF1?: number | null;
  readonly mae?: number | null;
  readonly rmse?: number | null;
  readonly r2?: number | null;
  readonly time?: number | string;
}

/** Any other line, which the report ignores. */
export interface EpochLine {
  readonly type: 'epoch';
  readonly step?: number;
  readonly epoch?: number;
  readonly [key: string]: unknown;
}

/** A line of `metrics.jsonl`. */
export type MetricLine = TrainLine | EvalLine | EpochLine;

/** The part of `summary.json` that every run has. */
export interface RunFacts {
  readonly loss: number | null;
  readonly trainExamples: number;
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
  readonly bestStep?: number;
  /** Wall time of training. */
  readonly seconds: number;
  /** Tokens per second, without padding. */
  readonly tokensPerSecond: number | null;
  readonly engine: string;
}

/** The texts of the reported part, or a sample of them. */
export interface TestTexts {
  readonly texts: readonly string[];
  /** The line of each in its file, from 1. */
  readonly lines?: readonly number[];
  /** The name of that file. */
  readonly file?: string;
}

/** How many texts were cut. */
export interface CutTexts {
  readonly train: number;
  /** Of the reported part. */
  readonly test: number;
  /** Tokens at which they are cut. */
  readonly maxLength: number;
}

/** The data of a run, without what depends on its kind. */
export interface RunData {
  readonly title: string;
  /** The resolved options of the run, `config.json`. Nested options are listed as `outer.inner`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`, in order. */
  readonly history: readonly MetricLine[];
  readonly summary: RunFacts;
  readonly test: TestTexts;
  /** Defaults of `config.arguments`: what differs from them is listed first. */
  readonly defaults?: Readonly<Record<string, unknown>>;
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
