/** A line of `metrics.jsonl` that training wrote every few steps. JSON has no NaN: such a number is null. */
export interface TrainLine {
  type: 'train';
  step: number;
  epoch: number;
  loss: number | null;
  learningRate?: number | null;
  tokensPerSecond?: number | null;
  gradNorm?: number | null;
  time?: number | string;
}

/** A line of `metrics.jsonl` that an evaluation wrote, usually once an epoch. */
export interface EvalLine {
  type: 'eval';
  step: number;
  epoch: number;
  /** Mean over the training examples of the epoch. */
  trainLoss?: number | null;
  trainAccuracy?: number | null;
  loss?: number | null;
  accuracy?: number | null;
  macroF1?: number | null;
  microF1?: number | null;
  /** Of entities. */
  precision?: number | null;
  recall?: number | null;
  f1?: number | null;
  perplexity?: number | null;
  mae?: number | null;
  rmse?: number | null;
  r2?: number | null;
  time?: number | string;
}

/** Any other line; the report passes over it. */
export interface EpochLine {
  type: 'epoch';
  step?: number;
  epoch?: number;
  [key: string]: unknown;
}

export type MetricLine = TrainLine | EvalLine | EpochLine;

/** What every `summary.json` holds. */
export interface RunFacts {
  loss: number | null;
  trainExamples: number;
  testExamples: number;
  /** The part the figures are of; test unless said. */
  evaluatedOn?: 'test' | 'validation';
  epochs: number;
  /** Training's wall time. */
  seconds: number;
  /** Real tokens (no padding) a second. */
  tokensPerSecond: number | null;
  engine: string;
}

type Figures = { readonly accuracy: number; readonly macroF1: number };

/** A difference of shares and its 95 % interval. */
export interface Difference {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface Differences {
  readonly accuracy: Difference;
  readonly macroF1: Difference;
}

/** What `summary.json` holds of a run with one label a text. */
export interface RunSummary extends RunFacts {
  accuracy: number;
  macroF1: number;
  baseline?: Figures | null;
  /** How far the model is ahead of the baseline. */
  difference?: Differences;
  /** What model and baseline are worth together. */
  mix?: Figures & { readonly modelWeight: number; readonly difference: Differences };
}

/** The test split and what the model made of it; classes are indices into `labels`. */
export interface TestPredictions {
  texts: readonly string[];
  yTrue: ArrayLike<number>;
  yPred: ArrayLike<number>;
  /** The probability of the predicted class. */
  scores: ArrayLike<number>;
  /** The probability of the true class. */
  trueScores?: ArrayLike<number>;
}

/** What every report shows. */
export interface RunData {
  title: string;
  /** The run's resolved options, `config.json`. Nested ones are listed as `outer.inner`. */
  config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`, in order. */
  history: readonly MetricLine[];
  summary: RunFacts;
  test: { texts: readonly string[] };
  /** When the report was made, as it is to be printed. */
  generatedAt: string;
}

/** Everything the report of a classifier with one label a text shows. */
export interface ReportData extends RunData {
  problemType?: 'single_label_classification';
  summary: RunSummary;
  /** The classes, in the order of their ids. */
  labels: readonly string[];
  /** What a label means, where that differs: `{ '31-33': 'Manufacturing' }`. */
  labelNames?: Readonly<Record<string, string>>;
  test: TestPredictions;
  baseline?: { yPred: ArrayLike<number> };
}

type Rows = readonly (readonly number[])[];
type SetFigures = Figures & { readonly microF1: number };

/** Everything the report of a classifier with any number of labels a text shows. */
export interface MultiLabelReportData extends RunData {
  problemType: 'multi_label_classification';
  /** Accuracy is of whole sets of labels. */
  summary: RunFacts & SetFigures & { baseline?: SetFigures | null };
  labels: readonly string[];
  labelNames?: Readonly<Record<string, string>>;
  /** One row a text, one 0 or 1 a label; `scores` are probabilities, [texts · labels]. */
  test: { texts: readonly string[]; yTrue: Rows; yPred: Rows; scores: ArrayLike<number> };
  baseline?: { yPred: Rows };
}

/** Errors in the target's unit, `mse` in its square. */
export interface ErrorFigures {
  readonly mse: number;
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number;
}

/** Everything the report of a regression shows. */
export interface RegressionReportData extends RunData {
  problemType: 'regression';
  summary: RunFacts & ErrorFigures & { baseline?: ErrorFigures | null };
  test: { texts: readonly string[]; yTrue: ArrayLike<number>; yPred: ArrayLike<number> };
}

/** The data of a report, by the kind of problem. */
export interface ReportDataOf {
  single_label_classification: ReportData;
  multi_label_classification: MultiLabelReportData;
  regression: RegressionReportData;
}

export type AnyReportData = ReportDataOf[keyof ReportDataOf];

/** The part the figures are of. */
export function partOf({ summary }: { summary: Pick<RunFacts, 'evaluatedOn'> }): 'test' | 'validation' {
  return summary.evaluatedOn ?? 'test';
}

/** Throws RangeError unless there are texts, and as many entries in each column. */
export function checkColumns(
  { texts }: RunData['test'],
  columns: Readonly<Record<string, ArrayLike<unknown> | undefined>>,
): void {
  if (texts.length === 0) throw new RangeError('renderReport: test expected at least one text, got none');
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== texts.length) {
      throw new RangeError(`renderReport: ${name} expected ${texts.length} entries, one a text, got ${column.length}`);
    }
  }
}

/** Throws RangeError when the parts do not fit together, saying which. */
export function checkReportData({ labels, test, baseline }: ReportData): void {
  if (labels.length < 2) throw new RangeError(`renderReport: labels expected two or more, got ${labels.length}`);
  const ids = { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred, 'baseline.yPred': baseline?.yPred };
  checkColumns(test, { ...ids, 'test.scores': test.scores, 'test.trueScores': test.trueScores });
  for (const [name, column] of Object.entries(ids)) if (column) checkClasses(name, column, labels.length);
}

function checkClasses(name: string, classes: ArrayLike<number>, labels: number): void {
  const wrong = Array.from(classes).findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < labels));
  if (wrong < 0) return;
  throw new RangeError(
    `renderReport: ${name} expected class ids from 0 to ${labels - 1}, got ${classes[wrong]} at ${wrong}`,
  );
}
