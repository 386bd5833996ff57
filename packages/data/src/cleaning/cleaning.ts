// Cleaning of tables: HTML, white space, missing values and duplicates, fitted to training rows, with counts per step.
import { AttuneError, checkOptions, oneOf, type TableOf } from '@attune/internal';
import { field, type Row, requireColumn } from '../table';
import { htmlText } from './html-text';
import { type FittedPolicy, fitPolicy, type MissingPolicy, missingPolicy } from './missing';

/** Options of `fitCleaning` and `cleanTable`: by default nothing is changed. */
export interface CleaningOptions {
  /** Columns whose tags, comments and entities are converted to plain text; `true` for all, default none. */
  readonly html?: boolean | readonly string[];
  /** Columns in which runs of white space become one space and ends are trimmed; `true` for all, default none. */
  readonly whitespace?: boolean | readonly string[];
  /** Treatment of missing values by column; default and in other columns: unchanged. */
  readonly missing?: Readonly<Record<string, MissingPolicy>>;
  /** Values that count as missing, after trimming; default only the empty text. */
  readonly missingValues?: readonly string[];
  /** `drop` keeps only the first of equal rows; default `keep`. */
  readonly duplicates?: 'drop' | 'keep';
  /** Name of the table in errors; default `rows`. */
  readonly where?: string;
}

/** Result of a cleaning: the remaining rows and a report. */
export interface CleanedRows {
  /** The remaining rows, with cleaned values. */
  readonly rows: Row[];
  /** Counts of changed values and dropped rows. */
  readonly report: CleaningReport;
}

/** Counts of changed values and dropped rows. */
export interface CleaningReport {
  /** Number of rows before cleaning. */
  readonly before: number;
  /** Number of rows after cleaning. */
  readonly after: number;
  /** The changes of each step, in order. */
  readonly steps: readonly StepReport[];
}

/** One type of change. */
export interface StepReport {
  /** The step that made the change. */
  readonly step: 'html' | 'whitespace' | 'missing' | 'duplicates';
  /** Column of the change; absent for changes to whole rows. */
  readonly column?: string;
  /** The change: to a value, or `drop` for a row. */
  readonly action: 'change' | 'drop' | 'empty' | 'error' | 'fill';
  /** Number of values changed, or of rows dropped. */
  readonly count: number;
  /** Line numbers of the first few. */
  readonly lines: readonly number[];
}

type CleaningStep = Omit<StepReport, 'count' | 'lines'>;

/** A cleaning fitted to some rows, applicable to others. */
export interface Cleaning {
  /** Replacements of missing values, by column. */
  readonly fills: Readonly<Record<string, string>>;
  /**
   * Cleans rows, filling with the fitted `fills`. Throws AttuneError `DATA_MISSING` (with the line) for a missing value whose policy is
   * `error`.
   */
  apply(rows: readonly Row[]): CleanedRows;
}

const columnNames = {
  expected: 'true, false, or an array of columns',
  holds: (value: unknown) => typeof value === 'boolean' || Array.isArray(value),
};

const cleaningTable = {
  html: columnNames,
  whitespace: columnNames,
  missing: 'object',
  missingValues: 'strings',
  duplicates: oneOf(['drop', 'keep']),
  where: 'string',
} satisfies TableOf<CleaningOptions>;

/**
 * Fits a cleaning to training rows, so that validation and test rows are filled with values of training rows.
 *
 * The order is HTML, white space, missing values, duplicates (within the rows passed).
 * @throws AttuneError `ARGUMENT_INVALID` for an unknown option, `DATA_COLUMN_MISSING` for an unknown column, `DATA_MISSING` for a mean, median or mode of
 * no values, `DATA_NUMBER` (with the line) for a mean or median of values that are not numbers; `apply` throws `DATA_MISSING` (with
 * the line) for a missing value of a column whose policy is `error`.
 * @example
 * const cleaning = fitCleaning(training, { whitespace: true, missing: { title: 'drop', pay: 'median' } });
 * const [cleanTraining, cleanTest] = [cleaning.apply(training), cleaning.apply(test)];
 */
export function fitCleaning(rows: readonly Row[], options: CleaningOptions = {}): Cleaning {
  checkOptions('fitCleaning', options, cleaningTable);
  const { missing = {}, missingValues = [''], where = 'rows' } = options;
  const policyTable = Object.fromEntries(Object.keys(missing).map((column) => [column, missingPolicy]));
  checkOptions('fitCleaning', missing, policyTable, 'missing.');
  checkColumns(rows, options, where);
  const absent = new Set(missingValues.map((value) => value.trim()));
  const isMissing = (value: string) => absent.has(value.trim());
  const texts = cleanTexts(rows, options, tally());
  const policies = Object.entries(missing).map((own) => fitPolicy(texts, own, { where, isMissing }));
  const fills = policies.filter(({ action }) => action === 'fill').map(({ column, value }) => [column, value]);
  return {
    fills: Object.fromEntries(fills),
    apply: (own) => applyCleaning(own, { options, policies, isMissing, where }),
  };
}

/**
 * Cleans rows: `fitCleaning` and `apply` on the same rows.
 *
 * @example cleanTable(table.rows, { html: ['description'], missing: { label: 'drop' }, missingValues: ['', 'NA'], duplicates: 'drop' })
 */
export function cleanTable(rows: readonly Row[], options: CleaningOptions = {}): CleanedRows {
  return fitCleaning(rows, options).apply(rows);
}

interface Fitted {
  readonly options: CleaningOptions;
  readonly policies: readonly FittedPolicy[];
  readonly isMissing: (value: string) => boolean;
  readonly where: string;
}

function applyCleaning(rows: readonly Row[], fitted: Fitted): CleanedRows {
  const done = tally();
  let cleaned = cleanTexts(rows, fitted.options, done);
  for (const policy of fitted.policies) cleaned = applyPolicy(cleaned, policy, { ...fitted, done });
  if (fitted.options.duplicates === 'drop') cleaned = withoutDuplicates(cleaned, done);
  return { rows: cleaned, report: { before: rows.length, after: cleaned.length, steps: reportOf(done) } };
}

function cleanTexts(rows: readonly Row[], { html, whitespace }: CleaningOptions, done: Tally): Row[] {
  const collapse = (text: string) => text.trim().replace(/\s+/g, ' ');
  return rows.map((row) =>
    changed(changed(row, 'html', { columns: html, change: htmlText, done }), 'whitespace', {
      columns: whitespace,
      change: collapse,
      done,
    }),
  );
}

interface Change {
  readonly columns: boolean | readonly string[] | undefined;
  readonly change: (text: string) => string;
  readonly done: Tally;
}

function changed(row: Row, step: 'html' | 'whitespace', { columns = false, change, done }: Change): Row {
  if (columns === false) return row;
  const names = columns === true ? Object.keys(row.fields) : columns;
  const fields = new Map(Object.entries(row.fields));
  for (const column of names) {
    const before = field(row, column);
    const after = change(before);
    if (after === before) continue;
    fields.set(column, after);
    done.count({ step, column, action: 'change' }, row.line);
  }
  return { line: row.line, fields: Object.fromEntries(fields) };
}

function applyPolicy(
  rows: readonly Row[],
  { column, action, value }: FittedPolicy,
  { isMissing, where, done }: Fitted & { done: Tally },
): Row[] {
  const lacking = rows.filter((row) => isMissing(field(row, column)));
  if (action === 'error' && lacking.length > 0) throw missingValue(where, column, lacking);
  const set = new Set(lacking);
  for (const { line } of lacking) done.count({ step: 'missing', column, action }, line);
  if (action === 'drop') return rows.filter((row) => !set.has(row));
  return rows.map((row) => (set.has(row) ? { line: row.line, fields: { ...row.fields, [column]: value } } : row));
}

function withoutDuplicates(rows: readonly Row[], done: Tally): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ line, fields }) => {
    const key = JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
    const isNew = !seen.has(key);
    seen.add(key);
    if (!isNew) done.count({ step: 'duplicates', action: 'drop' }, line);
    return isNew;
  });
}

function missingValue(where: string, column: string, lacking: readonly Row[]): AttuneError {
  const others = lacking.length > 1 ? ` (as in ${lacking.length - 1} more rows)` : '';
  return new AttuneError(
    'DATA_MISSING',
    `${where} line ${lacking[0].line}: expected a value in column ${JSON.stringify(column)}, got ${JSON.stringify(field(lacking[0], column))}${others}; fill it in, or choose a policy other than "error"`,
  );
}

function checkColumns(rows: readonly Row[], { html, whitespace, missing = {} }: CleaningOptions, where: string): void {
  const columns = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  const named = [html, whitespace].flatMap((own) => (typeof own === 'object' ? own : []));
  for (const name of [...named, ...Object.keys(missing)]) requireColumn({ where, columns }, name);
}

/** Counts the changes while rows are cleaned. */
interface Tally {
  readonly steps: Map<string, StepReport & { lines: number[] }>;
  count(step: CleaningStep, line: number): void;
}

const maxLines = 5;

const order: readonly CleaningStep['step'][] = ['html', 'whitespace', 'missing', 'duplicates'];

function tally(): Tally {
  const steps: Tally['steps'] = new Map();
  return {
    steps,
    count(own, line) {
      const key = `${own.step} ${own.action} ${own.column}`;
      const { count, lines } = steps.get(key) ?? { count: 0, lines: [] };
      steps.set(key, { ...own, count: count + 1, lines: lines.length < maxLines ? [...lines, line] : lines });
    },
  };
}

/** In the order of steps; within a step in the order in which columns were first changed. */
function reportOf({ steps }: Tally): StepReport[] {
  return [...steps.values()].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step));
}
