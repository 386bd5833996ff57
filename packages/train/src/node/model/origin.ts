// Where the model of a run came from, and where it is found again: as it was typed, where it was, and beside the run.
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AttuneError, isAttuneError } from '@attune/internal';
import { ancestorsOf, placeOf, readJsonObject } from '@attune/internal/node';
import { isWeightsDigest, type WeightsDigest } from '@attune/models/node';

/** What the record of a run says of the model that it began with, beside `model`, its directory or hub id as it was typed. */
export interface ModelOrigin {
  /** Where it was a directory. */
  readonly modelDirectory?: { readonly absolute: string; readonly fromRun: string };
  /** The commit of a hub id. */
  readonly modelCommit?: string;
  readonly modelDigest?: WeightsDigest;
}

/** A model that training begins with, as it was found. */
export interface ModelSource {
  /** What was named: a directory or a hub id. */
  readonly source: string;
  /** The directory that it was read from. */
  readonly directory: string;
  /** What its weights are known by; absent where they were not hashed. */
  readonly digest?: WeightsDigest;
}

/** What a run in `out` records of its model. */
export async function originOf({ source, directory, digest }: ModelSource, out: string): Promise<ModelOrigin> {
  const commit = commitOf(directory);
  const isFromHub = commit !== undefined && !(await isDirectory(source));
  return {
    ...(isFromHub ? { modelCommit: commit } : { modelDirectory: await placesFrom(directory, out) }),
    ...(digest && { modelDigest: digest }),
  };
}

/** A directory's place, on this machine and from a run. */
export async function placesFrom(directory: string, out: string): Promise<ModelOrigin['modelDirectory']> {
  return { absolute: resolve(directory), fromRun: relative(await placeOf(out), await placeOf(directory)) };
}

/** The commit of a snapshot in the hub's cache. */
function commitOf(directory: string): string | undefined {
  const commit = basename(directory);
  const isCommit = basename(dirname(directory)) === 'snapshots' && /^[0-9a-f]{40}$/.test(commit);
  return isCommit ? commit : undefined;
}

/** What a record says of a run's model. */
export interface RecordedModel extends ModelOrigin {
  readonly model: string;
  readonly revision?: string;
  /** The model's settings, of which labels may be the run's own. */
  readonly architecture?: Readonly<Record<string, unknown>>;
}

/** What a record says of the model; undefined where it names none. @throws AttuneError RUN_CONFIG for a damaged digest */
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

/** What a run that is resumed says of its model; undefined for one that says nothing. */
export async function resumedModel(run: string): Promise<RecordedModel | undefined> {
  const path = join(run, 'config.json');
  return recordedModel((await readJsonObject(path)) ?? {}, path);
}

/** What to do where the model of a run that is resumed is nowhere, or another. */
export const nameAnother = 'name it beside --resume with model (--model DIR)';

/**
 * The likeliest place of the model that a run which is resumed began with: its files and settings are read there.
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
  /** What to do where it is nowhere. */
  readonly advice: string;
  readonly onNote?: (note: string) => void;
}

/**
 * The places where a run's model may be, the likeliest first: directories that are there, or its hub id.
 *
 * What was a directory is never taken for a hub id. Of a run that does not say, as earlier ones do not, the directories that the run
 * is in are searched too.
 *
 * @throws AttuneError CHECKPOINT_MISSING naming each place where a directory was looked for
 */
export async function sourcesOf(recorded: RecordedModel, finding: Finding): Promise<readonly string[]> {
  const { model, modelDirectory: was, modelCommit, modelDigest } = recorded;
  const { run, advice, onNote } = finding;
  const isUnsaid = was === undefined && modelCommit === undefined && modelDigest === undefined;
  if (was === undefined && !isUnsaid) return [model];
  const places = was ? [was.absolute, ...(await besideRun(run, was.fromRun)), model] : within(run, model);
  const found = await distinctDirectories(places);
  if (found.length > 0) return isUnsaid ? found.slice(0, 1) : found; // what cannot be told apart is not tried in turn
  if (was === undefined && !isAbsolute(model)) {
    onNote?.(`${run}: does not say whether its model ${model} was a directory, and none is there: taken for a hub id`);
    return [model];
  }
  const looked = [...new Set(places.map((place) => resolve(place)))];
  throw new AttuneError(
    'CHECKPOINT_MISSING',
    `${run}: expected the model that it began with, the directory ${model}, found none at ${looked.join(', ')}; put it back, or ${advice}`,
  );
}

/** From the run's directory; of an adapter's, which may have been copied alone, from there too. */
async function besideRun(run: string, fromRun: string): Promise<readonly string[]> {
  const real = await placeOf(run);
  const runs = basename(real) === 'adapter' ? [dirname(real), real] : [real];
  return runs.map((each) => join(each, fromRun));
}

/** A path as it was typed: from here, where the run is below, else from the directories that the run is in first. */
function within(run: string, model: string): readonly string[] {
  if (isAbsolute(model)) return [model];
  const above = ancestorsOf(resolve(run));
  const seen = above.map((place) => join(place, model));
  return above.includes(process.cwd()) ? [model, ...seen] : [...seen, model];
}

/** Those that are directories, each once. */
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

/** What changed says of a run's model, with the place that it was found at. */
export interface FirstOptions {
  readonly run: string;
  readonly recorded: RecordedModel;
  readonly advice: string;
}

/**
 * The first source that loads as the model that the run began with.
 *
 * @throws AttuneError MODEL_CHANGED where those that are there are other models; else what the first one's loading throws
 */
export async function firstLoaded<T>(
  sources: readonly string[],
  { run, recorded, advice }: FirstOptions,
  load: (source: string) => Promise<T>,
): Promise<T> {
  const errors: AttuneError[] = [];
  for (const source of sources)
    try {
      return await load(source);
    } catch (error) {
      if (!isAttuneError(error)) throw error;
      errors.push(error);
    }
  const changed = errors.find((error) => isAttuneError(error, 'MODEL_CHANGED'));
  if (!changed) throw errors[0];
  const reasons = errors.map(({ message }) => message.split('; ')[0]).join(', ');
  throw new AttuneError(
    'MODEL_CHANGED',
    `${run}: expected the model that it began with, ${recorded.model}, got another in its place (${reasons}); restore the model, or ${advice}`,
    { cause: changed },
  );
}

/** Settings of a model that may be its run's own. */
const ofRun = ['labels', 'problemType', 'original'];

/** Throws AttuneError MODEL_CHANGED where `config.json` says what it did not when the run began; earlier runs are not compared. */
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
