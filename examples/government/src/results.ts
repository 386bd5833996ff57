// What is made of the scores: figures, the records flagged, one group's rows.

import { averagePrecision, classificationReport, matthewsCorrelation, pairedBootstrap } from '@attune/metrics';
import { type ModelName, modelNames, type Scores } from './models';
import type { LabelledRecord } from './records';

export const names = Object.keys(modelNames) as ModelName[];

/** 1 where the model says "high". */
export const decided = (scores: readonly number[]) => scores.map((score) => Number(score >= 0.5));

export const truthOf = (records: readonly LabelledRecord[]) => records.map(({ label }) => Number(label === 'high'));

export function figuresOf(records: readonly LabelledRecord[], scores: readonly number[]) {
  const [yTrue, yPred] = [truthOf(records), decided(scores)];
  const report = classificationReport(yTrue, yPred, { labels: [0, 1] });
  const { precision, recall, f1 } = report.perClass[1];
  return {
    ...{ accuracy: report.accuracy, macroF1: report.macro.f1, precision, recall, f1 },
    averagePrecision: averagePrecision(yTrue, scores),
    mcc: matthewsCorrelation(yTrue, yPred),
  };
}

export type Figures = ReturnType<typeof figuresOf>;

export interface Comparison {
  readonly figures: Readonly<Record<ModelName, Figures>>;
  /** Macro-F1 of the transformer less that of TF-IDF, with its 95 % interval; whole groups are drawn. */
  readonly ahead: { readonly difference: number; readonly low: number; readonly high: number; readonly pValue: number };
}

export function compareModels(records: readonly LabelledRecord[], scores: Scores): Comparison {
  const yTrue = truthOf(records);
  const macroF1 = (own: readonly number[]) => (indices: Uint32Array) =>
    classificationReport(
      [...indices].map((i) => yTrue[i]),
      [...indices].map((i) => own[i]),
    ).macro.f1;
  const [a, b] = [macroF1(decided(scores.transformer)), macroF1(decided(scores.tfidf))];
  const { difference, low, high, pValue } = pairedBootstrap(records.length, a, b, {
    groups: records.map(({ group }) => group),
  });
  const figures = Object.fromEntries(names.map((name) => [name, figuresOf(records, scores[name])]));
  return { figures: figures as Comparison['figures'], ahead: { difference, low, high, pValue } };
}

/** What the transformer says is of interest, the surest first. */
export function flaggedRecords(records: readonly LabelledRecord[], { transformer }: Scores) {
  return records
    .map((record, i) => ({ ...record, score: transformer[i] }))
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score);
}

/** One group's records and what each model says of them, as rows of text. */
export function groupRows(records: readonly LabelledRecord[], scores: Scores, group: string): string[][] {
  const rows = [...records.keys()].filter((i) => records[i].group.toLowerCase() === group.toLowerCase());
  return rows.map((i) => [
    ...[records[i].text, String(records[i].volume), records[i].label],
    ...names.map((name) => scores[name][i].toFixed(3)),
  ]);
}

export const csvOf = (rows: readonly object[]) =>
  [Object.keys(rows[0] ?? {}), ...rows.map(Object.values)]
    .map(
      (cells) =>
        `${cells.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join()}\n`,
    )
    .join('');

export const modelRows = ({ figures }: Comparison) =>
  names.map((name) => [modelNames[name], ...Object.values(figures[name]).map((value) => value.toFixed(3))]);

export const modelColumns = ['model', 'accuracy', 'macro-F1', 'precision', 'recall', 'F1', 'average precision', 'MCC'];

export const aheadText = ({ ahead: { difference, low, high, pValue } }: Comparison) =>
  `${difference.toFixed(3)} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, p = ${pValue.toFixed(3)})`;

/** Columns as wide as their widest cell, the first to the left. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const padded = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return rows.map((row) => row.map(padded).join('  ')).join('\n');
}
