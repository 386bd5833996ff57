// The origin of a run's model, and the places where it is found again: the typed path, the original place, and near the run.
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AttuneError, isAttuneError } from '@attune/internal';
import { ancestorsOf, placeOf, readJsonObject } from '@attune/internal/node';
import { isWeightsDigest, type WeightsDigest } from '@attune/models/node';

/** The record of a run's initial model, in addition to `model`, its directory or hub id as typed. */
export interface ModelOrigin {
  /** The place of its directory; absent for a hub id. */
  readonly modelDirectory?: { readonly absolute: string; readonly fromRun: string };
  /** The commit of a hub id. */
  readonly modelCommit?: string;
  readonly modelDigest?: WeightsDigest;
}

/** The initial model of a training, and its place. */
export interface ModelSource {
  /** The given directory or hub id. */
  readonly source: string;
  /** The directory of its files. */
  readonly directory: string;
  /** Digest of its weights; absent where they were not hashed. */
  readonly digest?: WeightsDigest;
}

/** The record of the model of a run in `out`. */
export async function originOf({ source, directory, digest }: ModelSource, out: string): Promise<ModelOrigin> {
  const commit = commitOf(directory);
  const isFromHub = commit !== undefined && !(await isDirectory(source));
  return {
    ...(isFromHub ? { modelCommit: commit } : { modelDirectory: await placesFrom(directory, out) }),
    ...(digest && { modelDigest: digest }),
  };
}

/** A directory's absolute path, and its path relative to a run. */
export async function placesFrom(directory: string, out: string): Promise<ModelOrigin['modelDirectory']> {
  return { absolute: resolve(directory), fromRun: relative(await placeOf(out), await placeOf(directory)) };
}

/** The commit of a snapshot in the hub's cache. */
function commitOf(directory: string): string | undefined {
  const commit = basename(directory);
  const isCommit = basename(dirname(directory)) === 'snapshots' && /^[0-9a-f]{40}$/.test(commit);
  return isCommit ? commit : undefined;
}

/** The model in the record of a run. */
export interface RecordedModel extends ModelOrigin {
  readonly model: string;
  readonly revision?: string;
  /** The model's settings, whose labels may be the run's own. */
  readonly architecture?: Readonly<Record<string, unknown>>;
}

/** The model in a record; undefined where it names none. @throws AttuneError RUN_CONFIG for a damaged digest */
export function recordedModel(record: Readonly<Record<string, unknown>>, where: string): RecordedModel | undefined {
  const { model, modelDigest } = record;
  if (typeof model !== 'string') return undefined;
  if (modelDigest === undefined || isWeightsDigest(modelDigest)) return record as unknown as RecordedModel;
  throw new AttuneError(
    'RUN_CONFIG',
    `${where}: modelDigest expected files and tensors with their SHA-256, got ${JSON.stringify(modelDigest)?.slice(0, 80)}; restore the file, or train again`,
  );
}

/** Whether a source is the hub id that a run began with: a directory of that name is another model. */
export const isRecordedHubId = (source: string, { model, modelCommit }: RecordedModel): boolean =>
  modelCommit !== undefined && source === model;

/** The recorded model of a resumed run; undefined without a record. */
export async function resumedModel(run: string): Promise<RecordedModel | undefined> {
  const path = join(run, 'config.json');
  return recordedModel((await readJsonObject(path)) ?? {}, path);
}

/** Advice for a resumed run whose model is missing or another. */
export const nameAnother = 'name it together with --resume: model (--model DIR)';

/**
 * The likeliest place of a resumed run's initial model, where its files and settings are read.
 *
 * @throws AttuneError CHECKPOINT_MISSING where its directory is nowhere
 * @example
 * await resumedSource('/home/ada/runs/skills', 'models/llama'); // '/home/ada/models/llama'
 */
export async function resumedSource(run: string, model: string): Promise<string> {
  const recorded = model === 'new' ? undefined : await resumedModel(run);
  if (recorded?.model !== model) return model;
  const [source] = await sourcesOf(recorded, { run, advice: nameAnother });
  return source;
}

interface Finding {
  /** The run, which may have moved. */
  readonly run: string;
  /** Advice where it is nowhere. */
  readonly advice: string;
  readonly onNote?: (note: string) => void;
}

/**
 * The places where a run's model may be, the likeliest first: existing directories, or its hub id.
 *
 * A recorded directory is never taken for a hub id. For an earlier run without that record, the directories above the run
 * are searched too.
 *
 * @throws AttuneError CHECKPOINT_MISSING naming each searched directory
 */
export async function sourcesOf(recorded: RecordedModel, finding: Finding): Promise<readonly string[]> {
  const { model, modelDirectory: was, modelCommit, modelDigest } = recorded;
  const { run, advice, onNote } = finding;
  const isUnsaid = was === undefined && modelCommit === undefined && modelDigest === undefined;
  if (was === undefined && !isUnsaid) return [model];
  const places = was ? [was.absolute, ...(await besideRun(run, was.fromRun)), model] : within(run, model);
  const found = await distinctDirectories(places);
  if (found.length > 0) return isUnsaid ? found.slice(0, 1) : found; // without a digest the first place is taken
  if (was === undefined && !isAbsolute(model)) {
    onNote?.(
      `${run}: its record does not tell whether its model ${model} was a directory, and there is no such directory: taken for a hub id`,
    );
    return [model];
  }
  const looked = [...new Set(places.map((place) => resolve(place)))];
  throw new AttuneError(
    'CHECKPOINT_MISSING',
    `${run}: expected the model that it began with, the directory ${model}, found none at ${looked.join(', ')}; put it back, or ${advice}`,
  );
}

/** Relative to the run's directory, or to an adapter's, which may have been copied alone. */
async function besideRun(run: string, fromRun: string): Promise<readonly string[]> {
  const real = await placeOf(run);
  const runs = basename(real) === 'adapter' ? [dirname(real), real] : [real];
  return runs.map((each) => join(each, fromRun));
}

/** A path as typed: relative to the working directory where the run is below it, else to the directories above the run first. */
function within(run: string, model: string): readonly string[] {
  if (isAbsolute(model)) return [model];
  const above = ancestorsOf(resolve(run));
  const seen = above.map((place) => join(place, model));
  return above.includes(process.cwd()) ? [model, ...seen] : [...seen, model];
}

/** The existing directories, each once. */
async function distinctDirectories(places: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const place of places)
    if (await isDirectory(place)) {
      const real = await placeOf(place);
      if (!found.has(real)) found.set(real, place);
    }
  return [...found.values()];
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/** The changed files of a run's model, with its place. */
export interface FirstOptions {
  readonly run: string;
  readonly recorded: RecordedModel;
  readonly advice: string;
}

/**
 * The first source that loads as the run's initial model.
 *
 * @throws AttuneError MODEL_CHANGED where the existing ones are other models; else the error of loading the first
 */
export async function firstLoaded<T>(
  sources: readonly string[],
  { run, recorded, advice }: FirstOptions,
  load: (source: string) => Promise<T>,
): Promise<T> {
  const errors: AttuneError[] = [];
  const others: string[] = [];
  for (const source of sources)
    try {
      return await load(source);
    } catch (error) {
      if (!isAttuneError(error)) throw error;
      errors.push(error);
      if (isAttuneError(error, 'MODEL_CHANGED')) others.push(source);
    }
  const changed = errors.find((error) => isAttuneError(error, 'MODEL_CHANGED'));
  if (!changed) throw errors[0];
  const reasons = errors.map(({ message }) => message.split('; ')[0]).join(', ');
  throw new AttuneError(
    'MODEL_CHANGED',
    `${run}: training started from ${recorded.model}, but the model in ${others.join(', ')} is different (${reasons}); restore the model, or ${advice}`,
    { cause: changed },
  );
}

/** Settings of a model that its run may replace. */
const ofRun = ['labels', 'problemType', 'original'];

/** Throws AttuneError MODEL_CHANGED where `config.json` differs from the run's record; runs without one are not compared. */
export function checkArchitecture(
  directory: string,
  config: object,
  { architecture = {}, modelDigest }: RecordedModel,
) {
  if (modelDigest === undefined) return;
  const now = Object.entries(config).filter(([name]) => Object.hasOwn(architecture, name) && !ofRun.includes(name));
  for (const [name, value] of now) {
    const [expected, got] = [architecture[name], value].map((each) => JSON.stringify(each));
    if (expected !== got)
      throw new AttuneError(
        'MODEL_CHANGED',
        `${join(directory, 'config.json')}: expected ${name} ${expected}, got ${got}; restore the model's files`,
      );
  }
}
