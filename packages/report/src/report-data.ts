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

/** What `summary.json` holds. */
export interface RunSummary {
  accuracy: number;
  macroF1: number;
  loss: number | null;
  baseline?: { accuracy: number; macroF1: number } | null;
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

/** Everything a report shows. */
export interface ReportData {
  title: string;
  /** The run's resolved options, `config.json`. Nested ones are listed as `outer.inner`. */
  config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`, in order. */
  history: readonly MetricLine[];
  summary: RunSummary;
  /** The classes, in the order of their ids. */
  labels: readonly string[];
  /** What a label means, where that differs: `{ '31-33': 'Manufacturing' }`. */
  labelNames?: Readonly<Record<string, string>>;
  test: TestPredictions;
  baseline?: { yPred: ArrayLike<number> };
  /** When the report was made, as it is to be printed. */
  generatedAt: string;
}

/** The part the figures are of. */
export function partOf({ summary }: Pick<ReportData, 'summary'>): 'test' | 'validation' {
  return summary.evaluatedOn ?? 'test';
}

/** Throws RangeError when the parts do not fit together, saying which. */
export function checkReportData({ labels, test, baseline }: ReportData): void {
  const examples = test.texts.length;
  if (labels.length < 2) throw new RangeError(`renderReport: labels expected two or more, got ${labels.length}`);
  if (examples === 0) throw new RangeError('renderReport: test expected at least one text, got none');
  const ids = { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred, 'baseline.yPred': baseline?.yPred };
  const probabilities = { 'test.scores': test.scores, 'test.trueScores': test.trueScores };
  for (const [name, column] of Object.entries({ ...ids, ...probabilities })) {
    if (column && column.length !== examples) {
      throw new RangeError(`renderReport: ${name} expected ${examples} entries, one a text, got ${column.length}`);
    }
  }
  for (const [name, column] of Object.entries(ids)) if (column) checkClasses(name, column, labels.length);
}

function checkClasses(name: string, classes: ArrayLike<number>, labels: number): void {
  const wrong = Array.from(classes).findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < labels));
  if (wrong < 0) return;
  throw new RangeError(
    `renderReport: ${name} expected class ids from 0 to ${labels - 1}, got ${classes[wrong]} at ${wrong}`,
  );
}
