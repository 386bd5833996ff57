// `predictions.jsonl` of a run: the data of its page that the run's other files lack. The first line describes all texts; then a line per text.
import type { CausalLmRunData, Completion } from '../kinds/causal-lm';
import type { Guess, MaskedLmRunData } from '../kinds/masked-lm';
import type { MultiLabelReportData } from '../kinds/multi-label-data';
import type { RegressionReportData } from '../kinds/regression';
import type { ReportData } from '../kinds/single-label-data';
import type { TokenRunData } from '../kinds/token';
import { shorten } from '../page/format';
import type { CutTexts, TestTexts } from '../run-data';
import { evenly, type Row, roundedTo6, sparse } from './rows';

/** The data of a page, of any kind of run. */
export type PageData =
  | ReportData
  | MultiLabelReportData
  | RegressionReportData
  | TokenRunData
  | MaskedLmRunData
  | CausalLmRunData;

/** The first line. */
export interface Head {
  readonly kind: Kind;
  readonly labels?: readonly string[];
  readonly labelNames?: Readonly<Record<string, string>>;
  readonly trainCounts?: readonly number[];
  readonly cut?: CutTexts;
  /** Name of the file that line numbers refer to. */
  readonly file?: string;
  readonly title?: string;
  /** The metrics before training. */
  readonly before?: MaskedLmRunData['before'];
}

const kinds = ['single-label', 'multi-label', 'regression', 'tags', 'completions', 'guesses'] as const;
export type Kind = (typeof kinds)[number];

/** Maximum number of texts; of more an evenly spaced sample is kept. */
const mostTexts = 20_000;
/** Maximum number of decisions about labels. */
const mostDecisions = 20_000_000;
/** Maximum characters per text. */
const longestText = 1000;

/**
 * The data of a page that `config.json`, `metrics.jsonl` and `summary.json` lack, as JSON lines; of many texts an even sample.
 *
 * The first line describes all texts. Each further line has a text, its true label and the predicted one, by name.
 * @example writeFileSync('runs/sectors/predictions.jsonl', predictionLines(data));
 */
export function predictionLines(data: PageData): string {
  const { head, rows } = recordOf(data);
  const kept = evenly(rows.count, Math.min(mostTexts, Math.floor(mostDecisions / (head.labels?.length || 1))));
  const lines = [
    JSON.stringify({ about: { ...head, title: data.title } }),
    ...kept.map((i) => JSON.stringify(rows.at(i))),
  ];
  return `${lines.join('\n')}\n`;
}

interface Rows {
  readonly count: number;
  readonly at: (i: number) => Row;
}

function recordOf(data: PageData): { head: Head; rows: Rows } {
  if ('samples' in data && data.samples) return list('completions', data.samples);
  if ('guesses' in data && data.guesses) return list('guesses', data.guesses, { before: data.before });
  if ('chunkLength' in data.summary) return list('guesses', [], { before: (data as MaskedLmRunData).before });
  if ('trainableShare' in data.summary && 'perplexity' in data.summary) return list('completions', []);
  if ('perEntity' in data.summary) return taggedRecord(data as TokenRunData);
  return sequenceRecord(data as ReportData | MultiLabelReportData | RegressionReportData);
}

const list = (kind: Kind, rows: readonly (Completion | Guess)[], more: Partial<Head> = {}) => ({
  head: { kind, ...more },
  rows: { count: rows.length, at: (i: number): Row => ({ ...rows[i] }) },
});

function taggedRecord({ test }: TokenRunData): { head: Head; rows: Rows } {
  const { sentences = [], predicted = [], file } = test ?? {};
  const at = (i: number): Row => {
    const { words, tags, line } = sentences[i];
    return { ...(line !== undefined && { line }), words, tags, predicted: predicted[i].tags };
  };
  return { head: { kind: 'tags', file }, rows: { count: sentences.length, at } };
}

function sequenceRecord(data: ReportData | MultiLabelReportData | RegressionReportData): { head: Head; rows: Rows } {
  const { test, cut } = data;
  const { texts, lines, file }: TestTexts = test;
  const head = { cut, file };
  const text = (i: number): Row => ({ ...(lines && { line: lines[i] }), text: shorten(texts[i], longestText) });
  const rows = (own: (i: number) => Row): Rows => ({ count: texts.length, at: (i) => ({ ...text(i), ...own(i) }) });
  if (data.problemType === 'regression') {
    const { yTrue, yPred } = data.test;
    return {
      head: { kind: 'regression', ...head },
      rows: rows((i) => ({ value: yTrue[i], predicted: roundedTo6(yPred[i]) })),
    };
  }
  const { labels, labelNames, trainCounts } = data;
  const ofLabels = { labels, labelNames, trainCounts, ...head };
  if (data.problemType === 'multi_label_classification') {
    const { yTrue, yPred, scores } = data.test;
    const names = (row: readonly number[]) => row.flatMap((has, id) => (has === 1 ? [labels[id]] : []));
    const scoresOf = (i: number) => sparse(labels, (id) => scores[i * labels.length + id]);
    return {
      head: { kind: 'multi-label', ...ofLabels },
      rows: rows((i) => ({
        ...{ labels: names(yTrue[i]), predicted: names(yPred[i]), scores: scoresOf(i) },
        ...(data.baseline && { baseline: names(data.baseline.yPred[i]) }),
      })),
    };
  }
  const { yTrue, yPred, scores, trueScores } = data.test;
  return {
    head: { kind: 'single-label', ...ofLabels },
    rows: rows((i) => ({
      ...{ label: labels[yTrue[i]], predicted: labels[yPred[i]], score: roundedTo6(scores[i]) },
      ...(trueScores && { trueScore: roundedTo6(trueScores[i]) }),
      ...(data.baseline && { baseline: labels[data.baseline.yPred[i]] }),
    })),
  };
}

/** Whether a value from a file names a known kind. */
export const isKind = (value: unknown): value is Kind => (kinds as readonly unknown[]).includes(value);
