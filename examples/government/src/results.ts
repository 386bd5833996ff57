// Results from the scores: metrics, tables, flagged records, a page.

import { featureImportance, trainBaseline } from '@attune/baseline';
import type { CleaningCount, ThresholdRecord } from '@attune/data';
import { type BinaryReport, binaryReport, macroF1Difference } from '@attune/metrics';
import { renderComparison } from '@attune/report';
import { comparedClassifiers } from '@attune/train/node';
import { table } from 'attune';
import type { Settings } from './settings';

export const models = { ...comparedClassifiers, rule: 'the rule itself (reads the volume)' } as const;
export type ModelName = keyof typeof models;
export const names = Object.keys(models) as ModelName[];

export type Records = readonly ThresholdRecord[];
/** The probability of "high", record by record. */
export type Scores = Readonly<Record<ModelName, number[]>>;

export const truthOf = (records: Records) => records.map(({ label }) => Number(label === 'high'));

export interface Results {
  readonly figures: Readonly<Record<ModelName, BinaryReport>>;
  /** Macro-F1 of the transformer less that of TF-IDF, with its 95 % interval; whole groups are drawn. */
  readonly ahead: { readonly difference: number; readonly low: number; readonly high: number; readonly pValue: number };
}

export function resultsOf(records: Records, scores: Scores): Results {
  const truth = truthOf(records);
  const decided = (own: readonly number[]) => own.map((score) => Number(score >= 0.5));
  const pair = { a: decided(scores.transformer), b: decided(scores.tfidf) };
  const groups = records.map(({ group }) => group);
  const { difference, low, high, pValue } = macroF1Difference(truth, pair, { groups });
  const figures = names.map((name) => [name, binaryReport(truth, scores[name])]);
  return { figures: Object.fromEntries(figures), ahead: { difference, low, high, pValue } };
}

/** The records that the transformer flags, most confident first. */
export function flaggedRecords(records: Records, { transformer }: Scores) {
  return records
    .map((record, i) => ({ ...record, score: transformer[i] }))
    .filter(({ score }) => score >= 0.5)
    .sort((a, b) => b.score - a.score);
}

interface Shown {
  readonly results: Results;
  readonly settings: Pick<Settings, 'state' | 'volume'>;
}

/** The figures, and what each model says of the records of the state that was asked for. */
export function tables(records: Records, scores: Scores, { results, settings }: Shown): string {
  const { state, volume } = settings;
  const { figures, ahead } = results;
  const shown = (value: number) => value.toFixed(3);
  const rows = names.map((name) => [models[name], ...Object.values(figures[name]).map(shown)]);
  const own = [...records.keys()].filter((i) => isOf(records[i], state));
  const ofState = own.map((i) => [
    records[i].text,
    `${records[i].number}`,
    ...names.map((name) => shown(scores[name][i])),
  ]);
  return [
    table([['model', ...Object.keys(figures.rule)], ...rows]),
    `transformer less TF-IDF, macro-F1: ${aheadText(ahead)}`,
    ...(state ? [table([['text', volume, ...names], ...ofState])] : []),
  ].join('\n');
}

const isOf = ({ group }: ThresholdRecord, state = '') => group.toLowerCase() === state.toLowerCase();

const aheadText = ({ difference, low, high, pValue }: Results['ahead']) =>
  `${difference.toFixed(3)} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, p = ${pValue.toFixed(3)})`;

export interface PageData {
  readonly records: Records;
  readonly steps: readonly CleaningCount[];
  readonly scores: Scores;
  readonly results: Results;
  /** The penalty of the TF-IDF whose weights are shown: trained on all records, nothing is measured with it. */
  readonly C: number;
  readonly settings: Settings;
}

export function resultPage({ records, steps, scores, results, C, settings }: PageData): string {
  const { volume, threshold, by, state } = settings;
  const texts = records.map(({ text }) => text);
  const words = trainBaseline(
    texts,
    records.map(({ label }) => label),
    { C },
  );
  const hasCurve = (name: ModelName) => name !== 'majority' && name !== 'rule';
  return renderComparison({
    ...{
      title: `Records with ${volume} ≥ ${threshold}`,
      generatedAt: new Date().toISOString(),
      labels: ['low', 'high'],
    },
    ...{ records, by, numberName: volume, cleaning: steps },
    note: `Macro-F1 of the transformer less TF-IDF's: ${aheadText(results.ahead)}.`,
    models: names.map((name) => ({ name: models[name], scores: scores[name], curve: hasCurve(name) })),
    importance: { label: 'high', ...featureImportance(words, 'high', { count: 12 }) },
    ...(state && { listed: { heading: state, isListed: (record: ThresholdRecord) => isOf(record, state) } }),
  });
}
