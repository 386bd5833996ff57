// Where the model of a run, or of another source, is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, isObject, parseJson } from '@attune/internal';

const modelIn = (run: string): string | undefined => {
  const inRun = join(run, 'model');
  return existsSync(join(inRun, 'config.json')) ? inRun : undefined;
};

/**
 * The adapter directory of a run without a whole model: `adapter/`, or the source itself, which may have been copied elsewhere.
 * Undefined for other sources, such as an adapter whose run has a whole model.
 *
 * @example
 * adapterDirectory('runs/adapted'); // 'runs/adapted/adapter'
 */
export function adapterDirectory(source: string): string | undefined {
  if (modelIn(source)) return undefined;
  return [join(source, 'adapter'), source].find((place) =>
    ['adapter_config.json', 'attune.json'].every((name) => existsSync(join(place, name))),
  );
}

/**
 * The model of a source: `model/` of a run directory, else the source itself (a model directory, a hub id).
 *
 * @throws AttuneError MODEL_UNMERGED for a run with separate adapters; RUN_UNFINISHED for one that has not ended, and for folds
 * @example
 * modelSourceOf('runs/sectors'); // 'runs/sectors/model'
 */
export function modelSourceOf(source: string): string {
  if (adapterDirectory(source) === undefined) return modelIn(source) ?? notOfRun(source);
  throw new AttuneError(
    'MODEL_UNMERGED',
    `${source}: expected a whole model, got a run with separate adapters; train it with mergeAdapter (--merge-adapter)`,
  );
}

/** A source without `model/` that is not a run. A run's record has the settings of its training, a model's its architecture. */
function notOfRun(source: string): string {
  const search = searchOf(source);
  if (search !== undefined)
    throw new AttuneError(
      'RUN_UNFINISHED',
      `${source}: expected a model, got a ${search === source ? '' : 'trial of a '}search, which keeps none; train the best trial: npx attune train --config ${join(search, 'best.json')} --out ${join(search, 'best')}`,
    );
  const record = recordIn(source) ?? {};
  const areFolds = typeof record.folds === 'number' && Array.isArray(record.data);
  const isRun = areFolds || (typeof record.task === 'string' && isObject(record.arguments));
  if (!isRun || record.model_type !== undefined) return source;
  const got = areFolds
    ? `the folds of a cross-validation; name one of them, such as ${join(source, 'fold-1')}`
    : existsSync(join(source, 'summary.json'))
      ? 'a run without model/ and adapter/; restore what is missing, or train again'
      : `a run that has not ended; resume it: npx attune train --resume --out ${source}`;
  throw new AttuneError('RUN_UNFINISHED', `${source}: expected a model, got ${got}`);
}

/** The search that a source is, or that has it as `trial-N` or `trial-N/rung-M`. */
function searchOf(source: string): string | undefined {
  const trial = /^(?:(.*)[/\\])?trial-\d+(?:[/\\]rung-\d+)?[/\\]*$/.exec(source);
  const search = trial ? trial[1] || '.' : source;
  return existsSync(join(search, 'search.json')) ? search : undefined;
}

function recordIn(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const record = parseJson(readFileSync(join(directory, 'config.json'), 'utf8'));
    return isObject(record) ? record : undefined;
  } catch {
    return undefined; // not a directory, or a fault that the loader reports
  }
}
