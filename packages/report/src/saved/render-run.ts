// The page of a run from the files of its directory.
import { type CausalLmRunData, renderCausalLmReport } from '../kinds/causal-lm';
import { type MaskedLmRunData, renderMaskedLmReport } from '../kinds/masked-lm';
import { renderTokenReport, type TokenRunData } from '../kinds/token';
import { isNumber, loss, score } from '../page/format';
import { renderPage } from '../page/page';
import { type AnyReportData, renderReport } from '../reports';
import type { RunData } from '../run-data';
import { resultSection, withoutNote } from '../sections/cards';
import { curves } from '../sections/curves';
import { configurationSection, speedSection } from '../sections/facts';
import { tableSection } from '../sections/table-section';
import { usageSection } from '../sections/usage';
import { readPredictions } from './read-predictions';

/** The files of a run: `config.json`, the lines of `metrics.jsonl`, `summary.json`, and optionally `predictions.jsonl`. */
export interface RunFiles extends Omit<RunData, 'test' | 'cut'> {
  /** The text of `predictions.jsonl`. */
  readonly predictions?: string;
}

/**
 * Renders the page of a run of any task from the files of its directory. Without predictions, as in runs of earlier versions, the page leaves
 * out sections about single texts, with a note.
 *
 * @throws RangeError for predictions in another form than that of `predictionLines`
 * @example renderRun({ title: 'sectors', config, history, summary, predictions, generatedAt: '2026-01-31' })
 */
export function renderRun({ predictions, ...files }: RunFiles): string {
  const saved = predictions === undefined ? undefined : readPredictions(predictions);
  const data = { ...files, ...saved?.data };
  const { task } = files.config;
  if (task === 'token-classification') return renderTokenReport(data as unknown as TokenRunData);
  if (task === 'masked-lm') return renderMaskedLmReport(data as unknown as MaskedLmRunData);
  if (task === 'causal-lm') return renderCausalLmReport(data as unknown as CausalLmRunData);
  return saved ? renderReport(data as unknown as AnyReportData) : summaryPage(files);
}

/** Titles of the metrics of a summary; its other entries are facts about the run. */
export const metricNames: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  macroF1: 'Macro-F1',
  microF1: 'Micro-F1',
  weightedF1: 'Weighted F1',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  mae: 'Mean absolute error',
  rmse: 'Root mean squared error',
  r2: 'R²',
  perplexity: 'Perplexity',
  loss: 'Loss',
};

/** A metric of a summary, as printed. */
export const shownMetric = (name: string, value: unknown): string =>
  isNumber(value) ? (name === 'loss' || name === 'perplexity' ? loss(value) : score(value)) : '–';

/** The page of a classifier or a regression without kept predictions. */
function summaryPage(files: Omit<RunFiles, 'predictions'>): string {
  const summary = files.summary as unknown as Readonly<Record<string, unknown>>;
  const baseline = summary.baseline as Readonly<Record<string, unknown>> | null | undefined;
  const number = (name: string) => ({ name, number: true }) as const;
  const rows = Object.entries(metricNames)
    .filter(([name]) => isNumber(summary[name]))
    .map(([name, title]) => [
      title,
      shownMetric(name, summary[name]),
      ...(baseline ? [shownMetric(name, baseline[name])] : []),
    ]);
  return renderPage(files, [
    resultSection(files, { cards: '', below: withoutNote }),
    tableSection({
      ...{ id: 'metrics', heading: 'Metrics', rows },
      columns: ['Metric', number('Model'), ...(baseline ? [number('Baseline')] : [])],
    }),
    curves(files),
    usageSection(files),
    speedSection(files, [['Training texts', String(files.summary.trainExamples)]]),
    configurationSection(files),
  ]);
}
