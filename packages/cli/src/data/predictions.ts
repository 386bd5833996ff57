// Writes predictions as JSON lines or CSV, optionally with columns of the input and with only the most likely labels.
import { csvText, field, type Row, requireColumn, type TableHeader } from '@attune/data';
import { AttuneError, counted, firstOf } from '@attune/internal';
import type { AnyPredictor, PredictionOf, TaggedEntity } from '@attune/train/node';
import { roundedPrediction } from './output';

/** The formats of predictions. */
export type OutputFormat = 'csv' | 'jsonl';

type Prediction = PredictionOf[keyof PredictionOf];

export interface OutputFlags {
  readonly outputFormat?: OutputFormat | undefined;
  /** Columns of the input, or `columns` for all. */
  readonly keep?: readonly string[] | undefined;
  readonly topK?: number | undefined;
}

/**
 * The columns of the input that `--keep` names, in its order; all named ones for `columns`.
 *
 * @throws AttuneError DATA_COLUMN_MISSING
 */
export function keptColumns(header: TableHeader, keep: readonly string[] = []): string[] {
  if (areAll(header, keep)) return header.columns.filter((name) => name !== '');
  for (const name of keep) requireColumn(header, name);
  return [...new Set(keep)];
}

/** Whether all columns are asked for. */
const areAll = ({ columns }: TableHeader, keep: readonly string[] = []): boolean =>
  keep.length === 1 && keep[0] === 'columns' && !columns.includes('columns');

/** @throws AttuneError ARGUMENT_INVALID for a number of labels that is not an integer ≥ 1 */
export function checkTopK(topK: number | undefined): void {
  if (topK === undefined || (Number.isInteger(topK) && topK >= 1)) return;
  throw new AttuneError('ARGUMENT_INVALID', `topK: expected an integer ≥ 1, got ${topK}`);
}

/** Values of a row that are written with its prediction, by the names of the input. */
export type Kept = Readonly<Record<string, unknown>>;

/** Reads the kept columns of rows. */
interface KeptReader {
  readonly columns: readonly string[];
  /** The values of a row: from JSON to JSON unchanged, without missing keys; otherwise texts. */
  read(row: Row): Kept;
  /** Note on columns that were left out, once all rows were read. */
  note(): string | undefined;
}

/**
 * Reads the columns that `--keep` names. With `columns`, rows of JSON keep all their keys in JSON lines; CSV output has the columns of the header.
 *
 * @throws AttuneError DATA_COLUMN_MISSING
 */
export function keptReader(header: TableHeader, { keep, outputFormat = 'jsonl' }: OutputFlags): KeptReader {
  const columns = keptColumns(header, keep);
  const known = new Set(columns);
  const others = new Set<string>();
  const isAll = areAll(header, keep);
  return {
    columns,
    read(row) {
      const { values } = row;
      if (!values || outputFormat === 'csv') {
        if (isAll) for (const name of Object.keys(values ?? {})) if (!known.has(name)) others.add(name);
        return Object.fromEntries(columns.map((name) => [name, field(row, name)]));
      }
      if (isAll) return values;
      return Object.fromEntries(
        columns.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
      );
    },
    note: () =>
      others.size === 0
        ? undefined
        : `${header.where}: ${counted(others.size, 'column')} left out, because the first row lacks them: ${firstOf([...others])}; name the columns to keep, such as --keep ${[...columns, ...others].slice(0, 2).join()}, or write JSON lines`,
  };
}

/** Output names of kept columns, which differ from the names of a prediction and from each other: `label` becomes `input_label`. */
export function keptNames(columns: readonly string[], own: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set([...own, ...columns]);
  return new Map(
    columns.map((name) => {
      let free = name;
      if (own.includes(name)) {
        do free = `input_${free}`;
        while (taken.has(free));
        taken.add(free);
      }
      return [name, free];
    }),
  );
}

/** Kept values under the names that they have in the output. */
function renamed(kept: Kept, own: readonly string[]): Kept {
  if (!own.some((name) => Object.hasOwn(kept, name))) return kept;
  const names = keptNames(Object.keys(kept), own);
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [names.get(name), value]));
}

interface WriterOptions extends Omit<OutputFlags, 'keep'> {
  /** The model, for errors. */
  readonly source: string;
  readonly model: Pick<AnyPredictor, 'problemType'> & { readonly labels: readonly string[] };
  /** The kept columns. */
  readonly columns: readonly string[];
  /** Separator between several labels of a text in CSV. */
  readonly separator?: string | undefined;
}

interface PredictionWriter {
  /** The text before all predictions. */
  readonly header: string;
  line(prediction: Prediction, kept: Kept): string;
}

/** Writes predictions of texts: a line of JSON or a row of CSV each. */
export function predictionWriter(options: WriterOptions): PredictionWriter {
  const { outputFormat = 'jsonl', topK, source, columns, model } = options;
  if (outputFormat === 'jsonl') {
    const own = keysOf(model, topK);
    return {
      header: '',
      line: (prediction, kept) =>
        `${JSON.stringify({ ...renamed(kept, own), ...(roundedPrediction(withTop(prediction, topK), source) as object) })}\n`,
    };
  }
  const own = columnNames(model, topK);
  return {
    header: csvRow([...keptNames(columns, own).values(), ...own]),
    line: (prediction, kept) => csvRow([...cellsIn(kept, columns), ...cellsOf(prediction, options)]),
  };
}

const cellsIn = (kept: Kept, columns: readonly string[]): string[] => columns.map((name) => String(kept[name] ?? ''));

/** The keys of a prediction in JSON. */
function keysOf({ problemType }: WriterOptions['model'], topK: number | undefined): string[] {
  const scores = topK === undefined ? 'scores' : 'top';
  if (problemType === 'regression') return ['value'];
  return problemType === 'multi_label_classification' ? ['labels', scores] : ['label', 'score', scores];
}

/** A row of CSV. */
function csvRow(cells: readonly (string | number)[]): string {
  const table = csvText([cells]); // below a header, the numbers of the columns
  return table.slice(table.indexOf('\n') + 1);
}

/** Replaces the scores of all labels by the most likely labels. */
function withTop(prediction: Prediction, topK: number | undefined): object {
  if (topK === undefined || !('scores' in prediction)) return prediction;
  const { scores, ...rest } = prediction;
  return { ...rest, top: likeliest(scores, topK) };
}

function likeliest(scores: Readonly<Record<string, number>>, topK: number): { label: string; score: number }[] {
  const all = Object.entries(scores).map(([label, score]) => ({ label, score }));
  return all.sort((a, b) => b.score - a.score).slice(0, topK);
}

/** `label`, `score`, then `label_2`, `score_2` and so on; with several labels per text `labels`, then `label_1`, `score_1` and so on. */
function columnNames({ problemType, labels }: WriterOptions['model'], topK = 0): string[] {
  const ranks = Array.from({ length: Math.min(topK, labels.length) }, (_, i) => i + 1);
  const numbered = (from: number) =>
    ranks.filter((rank) => rank >= from).flatMap((rank) => [`label_${rank}`, `score_${rank}`]);
  if (problemType === 'regression') return ['value'];
  return problemType === 'multi_label_classification' ? ['labels', ...numbered(1)] : ['label', 'score', ...numbered(2)];
}

function cellsOf(prediction: Prediction, { topK = 0, source, separator = ';' }: WriterOptions): (string | number)[] {
  const rounded = roundedPrediction(prediction, source) as Prediction;
  if ('value' in rounded) return [rounded.value];
  const top = likeliest(rounded.scores, topK);
  if ('labels' in rounded)
    return [joined(rounded.labels, separator), ...top.flatMap(({ label, score }) => [label, score])];
  const others = likeliest(rounded.scores, topK).filter(({ label }) => label !== rounded.label);
  const more = others.slice(0, Math.max(0, topK - 1)).flatMap(({ label, score }) => [label, score]);
  return [rounded.label, rounded.score, ...more];
}

/** Labels joined by the separator, or a JSON list if a label contains it. */
const joined = (labels: readonly string[], separator: string): string =>
  labels.some((label) => label.includes(separator)) ? JSON.stringify(labels) : labels.join(separator);

const entityColumns = ['row', 'label', 'start', 'end', 'text', 'score'] as const;

interface TaggedRow {
  readonly entities: readonly TaggedEntity[];
  readonly words?: readonly string[];
  readonly tags?: readonly string[];
}

interface EntityWriter {
  readonly header: string;
  /** @param row 1-based number of the text */
  line(tagged: TaggedRow, place: { readonly row: number; readonly kept?: Kept }): string;
}

/** Writes the entities of a tagger: a JSON line per text, or a CSV row per entity. */
export function entityWriter(outputFormat: OutputFormat = 'jsonl', columns: readonly string[] = []): EntityWriter {
  const rounded = (score: number) => Number(score.toPrecision(6));
  if (outputFormat === 'jsonl')
    return {
      header: '',
      line: ({ entities, ...more }, { kept = {} }) => {
        const own = entities.map((entity) => ({ ...entity, score: rounded(entity.score) }));
        return `${JSON.stringify({ ...renamed(kept, ['entities', ...Object.keys(more)]), entities: own, ...more })}\n`;
      },
    };
  return {
    header: csvRow([...keptNames(columns, entityColumns).values(), ...entityColumns]),
    line: ({ entities }, { row, kept = {} }) =>
      entities
        .map(({ label, start, end, text, score }) =>
          csvRow([...cellsIn(kept, columns), row, label, start, end, text, rounded(score)]),
        )
        .join(''),
  };
}
