import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Engine } from '@attune/engine';
import { sizeOf } from '@attune/engine';
import { AttuneError, firstOf, isAttuneError, type StopSignal } from '@attune/internal';
import { isLoraModel, type ModelConfig, type ModelTask, type Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { loadTrainedModel, trainedConfig } from '../model/load';
import { type Logits, type LogitsReading, openLogits } from '../model/logits';
import { maxLengthOf } from '../model/max-length';
import { modelHash } from '../run/run-hashes';
import { checkCache, keep, keyOf, readKept } from './cache';

/** A trained model that gives outputs to learn from or to compare. */
export interface Teacher {
  /** Its name in the options. */
  readonly source: string;
  /** Its role in messages: `teacher` or `beside`. */
  readonly role: string;
  readonly config: ModelConfig;
  /** Number of its parameters. */
  readonly parameters: number;
  /** SHA-256 of everything that decides its outputs: weights, tokenizer, labels, maximum length. */
  readonly digest: string;
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  /** Tokens that two of its windows share, of taggers. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The directory of its files. */
  readonly directory: string;
  /** Tokens per batch of inputs of one length; 1 where outputs of a batch depend on the place in it. */
  readonly batchTokens: number;
}

/** An open teacher for one kind of sequence. */
export interface OpenTeacher<Input extends Sequence, Output> extends Teacher {
  readonly logits: Logits<Input, Output>;
}

interface OpenOptions<Input extends Sequence, Output> {
  readonly task: ModelTask;
  readonly engine: Engine;
  readonly reading: LogitsReading<Input, Output>;
  readonly onNote: (note: string) => void;
  /** Its role in messages: `teacher` or `beside`. */
  readonly role?: string;
}

/**
 * Opens a trained model to learn from or to compare with a student.
 *
 * @throws AttuneError TEACHER_TASK for a model of another task, or without a head; as `loadPredictor` for one that cannot be read
 */
export async function openTeacher<Input extends Sequence, Output>(
  source: string,
  { task, engine, reading, onNote, role = 'teacher' }: OpenOptions<Input, Output>,
): Promise<OpenTeacher<Input, Output>> {
  const withoutHead = (missing: string) => `a model that was trained for ${task}, its head is missing (${missing})`;
  const loaded = await loadTrainedModel(source, { task, withoutHead, onNote }).catch((error: Error) => {
    throw unusable(error, { source, role, task });
  });
  const { model, parameters, tokenizer, directory } = loaded;
  const { config } = model;
  const run = (await trainedConfig(source)) as Readonly<Record<string, unknown>> & {
    readonly arguments?: { readonly maxLength?: number };
  };
  const maxLength = maxLengthOf(run.arguments?.maxLength, { config, tokenizer });
  const settings = { stride: run.stride };
  const facts = { task, labels: config.labels, problemType: config.problemType, maxLength, ...settings };
  const digest = createHash('sha256')
    .update(modelHash(parameters))
    .update(JSON.stringify([facts, config.original, tokenizer.toJson()]))
    .digest('hex');
  const count = Object.values(model.specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // In the rows of a program, sums depend on the place of an input in its row (measured), so that each is a batch alone.
  const batchTokens = engine.runsExportedFiles && !isLoraModel(model) ? tokensPerBatch : 1;
  const logits = await openLogits(loaded, { engine }, reading); // the parameters are now the file's
  return {
    ...{ source, role, config, parameters: count, digest, tokenizer, maxLength, settings, directory, batchTokens },
    logits,
  };
}

/** Tokens of a batch of inputs of one length. Titles take 1.8 times as long as in prediction's batches, alone 2.2 times (measured). */
const tokensPerBatch = 128;

/** The error of a model that cannot be opened, with its role: a model of another task, or one that cannot be read. */
function unusable(
  error: Error,
  { source, role, task }: { readonly source: string; readonly role: string; readonly task: ModelTask },
): Error {
  if (isAttuneError(error, 'CHECKPOINT_NO_HEAD', 'MODEL_TASK')) {
    const [what] = error.message.split('; '); // its advice is for programs that load a model
    const train = `train one: npx attune train --task ${task} --model ${source} --out runs/teacher, or name another --${role}`;
    return new AttuneError('TEACHER_TASK', `${role}: ${what}; ${train}`, { cause: error });
  }
  if (!isAttuneError(error)) return error;
  const path = resolve(source);
  const isOfRun = basename(path) === 'adapter' && existsSync(join(dirname(path), 'config.json'));
  const run = `; it is the adapter of a run, pass the run: --${role} ${dirname(source)}`;
  const place = `; name its place: --${role} DIR${role === 'teacher' ? ', also with --resume' : ''}`;
  const advice = isOfRun ? run : existsSync(path) ? '' : place;
  return new AttuneError(error.code, `${role}: ${error.message}${advice}`, { cause: error });
}

/**
 * The index of each label of the student among the teacher's labels.
 *
 * @throws AttuneError TEACHER_LABELS where the labels differ
 */
export function labelPlaces(
  { source, config, role }: Pick<Teacher, 'source' | 'config' | 'role'>,
  labels: readonly string[],
): readonly number[] {
  const others = config.labels.filter((label) => !labels.includes(label));
  const missing = labels.filter((label) => !config.labels.includes(label));
  if (others.length === 0 && missing.length === 0) return labels.map((label) => config.labels.indexOf(label));
  const shown = (some: readonly string[]) => firstOf(some.map((label) => JSON.stringify(label)));
  const lacks = missing.length > 0 ? `it lacks ${shown(missing)}` : '';
  const more = others.length > 0 ? `it also has ${shown(others)}` : '';
  throw new AttuneError(
    'TEACHER_LABELS',
    `${role}: expected the student's ${labels.length} labels, ${source} has ${config.labels.length}: ${[lacks, more].filter(Boolean).join(', and ')}; ` +
      `${missing.length > 0 ? `train it on the same labels, or name another --${role}` : `name all its labels: --label-list ${config.labels.slice(0, 3).join(',')}${config.labels.length > 3 ? ',…' : ''}`}`,
  );
}

/** The default cache of teachers' outputs: `teacher-outputs` next to the run. */
export const cacheBeside = (out: string): string => join(dirname(resolve(out)), 'teacher-outputs');

/** Settings for computing teachers' outputs. */
export interface Asking {
  /** The student's labels, in the order of their ids. */
  readonly labels: readonly string[];
  /** Cache of the teachers' outputs. */
  readonly cache: string;
  readonly onNote: (note: string) => void;
  readonly signal?: StopSignal;
}

/** Opens all sources; where one fails, it closes the others. */
export async function openAll<Opened extends Closing>(
  sources: readonly string[],
  open: (source: string) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const opened: Opened[] = [];
  try {
    for (const source of sources) opened.push(await open(source));
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
  return opened;
}

/** An open model. */
export interface Closing {
  readonly logits: { close(): Promise<void> };
}

/** Closes open models. */
export async function closeAll(teachers: readonly Closing[]): Promise<void> {
  for (const { logits } of teachers) await logits.close();
}

/**
 * The teacher's labels, where they include all labels of the training part and more, as a small training part may lack some. Undefined
 * where the training part's own labels apply.
 */
export function labelsOfTeacher(
  { config: { labels } }: Pick<Teacher, 'config'>,
  own: ReadonlySet<string>,
  onNote: (note: string) => void,
): readonly string[] | undefined {
  const isMore = labels.length > own.size && [...own].every((label) => labels.includes(label));
  if (!isMore) return undefined;
  onNote(
    `the labels are the teacher's ${labels.length}: ${labels.length - own.size} of them without a training example`,
  );
  return labels;
}

interface AskOptions<Item> {
  readonly cache: string;
  readonly teacher: Pick<Teacher, 'source' | 'digest' | 'role'>;
  /** A text that identifies the content of an input. */
  readonly textOf: (item: Item) => string;
  /** The teacher's outputs of some inputs, [rows · outputs] each. */
  readonly ask: (items: readonly Item[]) => Promise<readonly Float32Array[]>;
  readonly onNote: (note: string) => void;
  readonly signal?: StopSignal;
}

/** Inputs between two writes: the most that an interruption loses. */
const blockSize = 1024;

/**
 * A teacher's outputs of every input, each computed once and cached: equal inputs share one, and the outputs of earlier or interrupted
 * runs are read from the disk.
 */
export async function askTeacher<Item>(
  items: readonly Item[],
  { cache, teacher, textOf, ask, onNote, signal }: AskOptions<Item>,
): Promise<readonly Float32Array[]> {
  const directory = join(cache, teacher.digest.slice(0, 32));
  const keys = items.map((item) => keyOf(textOf(item)));
  const kept = await readKept(directory, new Set(keys), onNote);
  const places = new Map<string, number>();
  keys.forEach((key, i) => {
    if (!kept.has(key) && !places.has(key)) places.set(key, i);
  });
  const missing = [...places];
  const all = new Set(keys).size;
  const read =
    all > missing.length ? `, ${(all - missing.length).toLocaleString('en')} are cached in ${directory}` : '';
  const [named, count] = [`${teacher.role} ${teacher.source}`, missing.length.toLocaleString('en')];
  if (missing.length > 0) {
    await checkCache(directory);
    onNote(`${named}: computes the outputs of ${count} input${missing.length === 1 ? '' : 's'}${read}`);
  }
  for (let start = 0; start < missing.length; start += blockSize) {
    if (start > 0) onNote(`${named}: ${start.toLocaleString('en')} of ${count} inputs are cached`);
    if (signal?.aborted && start > 0) onNote(`${named}: the same command continues after them`);
    signal?.throwIfAborted();
    const block = missing.slice(start, start + blockSize);
    const outputs = await ask(block.map(([, i]) => items[i]));
    checkFinite(teacher, outputs);
    const said = new Map(block.map(([key], at) => [key, outputs[at]]));
    await keep(directory, said);
    for (const [key, rows] of said) kept.set(key, rows);
  }
  return keys.map((key) => kept.get(key)!);
}

/** NaN marks inputs that were not read; infinity comes from damaged weights. */
function checkFinite(teacher: Pick<Teacher, 'source' | 'role'>, outputs: readonly Float32Array[]): void {
  if (outputs.every((own) => own.every((value) => Math.abs(value) !== Number.POSITIVE_INFINITY))) return;
  throw notFinite(teacher, 'infinity');
}

/** The error of a model whose outputs are not numbers. */
export const notFinite = ({ source, role }: Pick<Teacher, 'source' | 'role'>, got: string) =>
  new AttuneError(
    'MODEL_NOT_FINITE',
    `${role}: expected finite outputs, ${source} gives ${got}; its weights are damaged: name another --${role}`,
  );
