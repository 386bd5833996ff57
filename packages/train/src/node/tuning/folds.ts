import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, checkOptions } from '@attune/internal';
import { readJsonObject, withDirectoryLock, writeJson } from '@attune/internal/node';
import { version } from '../../../package.json';
import type { DataParts } from '../../tasks/sequence/examples';
import { checkLabeledParts } from '../border/data';
import { crossValidateTable } from '../border/tables';
import { placesFrom, resumedSource } from '../model/origin';
import { checkRunDirectory } from '../run/check-directory';
import { withBestMetric } from '../run/checks';
import { openRunDirectory } from '../run/directory';
import { endCheckpoints } from '../run/finished';
import { fitSequenceClassifier } from '../sequence/fit';
import type { CrossValidateOptions } from './options';
import { changedSettings, removeNumbered, resumeOrStart } from './resumable';

/** The result of `crossValidate`, as in its `summary.json`. */
export interface CrossValidation extends MetricsSpread {
  /** Number of folds. */
  readonly folds: number;
  /** The metrics of each fold's summary. */
  readonly perFold: readonly Metrics[];
}

/**
 * Trains once per fold, into `fold-1`, `fold-2`, …, and writes `summary.json` with each fold's metrics, their mean and sample standard deviation.
 *
 * Give a fold's held-out examples as its `test` part, so that they choose nothing. With `resume` a fold that has ended is kept, and
 * an interrupted one resumes from its newest checkpoint.
 * @throws AttuneError ARGUMENT_INVALID for a metric that `fitSequenceClassifier` does not measure, before anything is written; OUTPUT_LOCKED for a directory that another process is writing, RUN_CONFIG for folds that were begun with other options or data; else as `fit`
 * @example
 * const parts = kFolds({ labels, folds: 5, seed: 42 }).folds.map(({ training, heldOut }) => ({ train: at(training), test: at(heldOut) }));
 * const { mean } = await crossValidate({ folds: parts, model: 'new', engine, out: 'runs/folds' });
 */
export async function crossValidate<Data = DataParts>(options: CrossValidateOptions<Data>): Promise<CrossValidation> {
  checkOptions('crossValidate', options, crossValidateTable, '', { others: options?.fit ? 'allowed' : 'refused' }); // whose options may be more
  const { folds, out } = options;
  if (folds.length < 2) throw new RangeError(`crossValidate: expected at least 2 folds, got ${folds.length}`);
  if (!options.fit)
    for (const [i, data] of folds.entries())
      checkLabeledParts('crossValidate', data, { problemType: options.problemType, name: `folds[${i}]` });
  if (!options.fit) withBestMetric(options.arguments, { task: 'sequence-classification', ...options });
  return withDirectoryLock(out, () => crossValidateLocked(options));
}

async function crossValidateLocked<Data>(options: CrossValidateOptions<Data>): Promise<CrossValidation> {
  const { folds, out, resume, overwrite, model, inputs } = options;
  await checkRunDirectory(out, { resume, overwrite, model, inputs, replaces: 'folds' });
  const begun = await beginOrCheck(options);
  // A fold that has not begun has no record yet.
  const source = begun ? await resumedSource(out, model) : model;
  const perFold: Metrics[] = [];
  for (const [i, data] of folds.entries())
    perFold.push(metricsIn(await runFold(i + 1, data, { options: { ...options, model: source }, begun })));
  const result = { folds: folds.length, perFold, ...spreadOf(perFold) };
  await writeJson(join(out, 'summary.json'), result);
  return result;
}

interface FoldContext<Data> {
  readonly options: CrossValidateOptions<Data>;
  /** Whether the folds were begun earlier, so that the existing files are theirs. */
  readonly begun: boolean;
}

async function runFold<Data>(fold: number, data: Data, { options, begun }: FoldContext<Data>): Promise<object> {
  const { folds, fit = fitSequenceClassifier as never, onFold = () => {}, ...settings } = options;
  const out = join(settings.out, `fold-${fold}`);
  const event = { fold, folds: folds.length, out };
  const ended = begun ? await readJsonObject(join(out, 'summary.json')) : undefined;
  if (ended) {
    if (settings.keepCheckpoints !== true) await endCheckpoints(out, settings.onNote); // of a fold that was stopped just before it removed them itself
    onFold({ ...event, summary: ended, kept: true });
    return ended;
  }
  onFold(event);
  const hints = settings.hints !== false && fold === 1; // once, not for each
  const run = (start: { resume: boolean; overwrite: boolean }) => fit({ ...settings, hints, ...start, data, out });
  const { summary } = await (begun ? resumeOrStart(out, run) : run({ resume: false, overwrite: true }));
  onFold({ ...event, summary: { ...summary } });
  return summary;
}

/** Writes the settings of the folds to `config.json`; returns whether they were there already, and equal. */
async function beginOrCheck<Data>({ out, resume, ...options }: CrossValidateOptions<Data>): Promise<boolean> {
  const path = join(out, 'config.json');
  const config = configOf(options);
  const earlier = resume ? await readJsonObject(path) : undefined;
  if (earlier === undefined) {
    await removeNumbered(out, 'fold'); // before config.json, which identifies the folds
    await openRunDirectory(out);
    const { model } = options;
    const isDirectory = model !== 'new' && existsSync(model);
    await writeJson(path, { ...config, ...(isDirectory && { modelDirectory: await placesFrom(model, out) }) });
    return false;
  }
  const { modelDirectory: _, ...settings } = earlier;
  const changed = changedSettings(settings, config);
  if (changed.length === 0) return true;
  throw new AttuneError(
    'RUN_CONFIG',
    `${path}: expected the original settings of the folds, got another ${changed.join(', ')}; restore it, or train again with --overwrite`,
  );
}

function configOf<Data>(options: Omit<CrossValidateOptions<Data>, 'out' | 'resume'>): Record<string, unknown> {
  const { folds, model, revision, newConfig, arguments: args, engine, provenance } = options;
  const data = folds.map((part) => createHash('sha256').update(JSON.stringify(part)).digest('hex'));
  const settings = { model, revision, newConfig, arguments: args, engine: engine.name };
  return { ...provenance, ...settings, folds: folds.length, data, attune: version };
}

/** Metrics by name; a nested one is named with a dot: `baseline.accuracy`. */
type Metrics = Readonly<Record<string, number>>;

interface MetricsSpread {
  /** Mean of each number over the folds. */
  readonly mean: Metrics;
  /** Sample standard deviation: divided by n − 1. */
  readonly standardDeviation: Metrics;
}

/** The finite numbers of a summary. */
export function metricsIn(summary: object, prefix = ''): Metrics {
  return Object.fromEntries(
    Object.entries(summary).flatMap(([name, value]) => {
      if (typeof value === 'number' && Number.isFinite(value)) return [[prefix + name, value]];
      const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isNested ? Object.entries(metricsIn(value, `${prefix}${name}.`)) : [];
    }),
  );
}

/**
 * Mean and sample standard deviation of each metric that all folds have, of at least two folds.
 *
 * @example spreadOf([{ accuracy: 0.8 }, { accuracy: 0.9 }]).standardDeviation.accuracy // 0.0707…
 */
export function spreadOf(all: readonly Metrics[]): MetricsSpread {
  const names = Object.keys(all[0]).filter((name) => all.every((metrics) => name in metrics));
  const columns = names.map((name) => [name, all.map((figures) => figures[name])] as const);
  return {
    mean: Object.fromEntries(columns.map(([name, values]) => [name, meanOf(values)])),
    standardDeviation: Object.fromEntries(columns.map(([name, values]) => [name, deviationOf(values)])),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
