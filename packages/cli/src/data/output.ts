// The destination of predictions, and their format.
import { createWriteStream, existsSync, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { AttuneError, whileHeld } from '@attune/internal';
import { isWithin } from '@attune/internal/node';
import { writeFileAtomically } from '@attune/models/node';
import type { PredictionOf } from '@attune/train/node';
import { UsageError } from '../program/failure';
import type { Io, OutputStream } from '../program/process';
import { writeText } from '../program/terminal';

/** Takes pieces of text; resolves when a piece is written. */
export type Sink = (text: string) => Promise<void>;

/**
 * A sink for data on standard output. Control characters are escaped only on a terminal: a file or a program gets the data unchanged.
 */
export const stdoutSink =
  (stdout: OutputStream): Sink =>
  (text) =>
    writeText(stdout, text, { isRaw: !stdout.isTTY });

/**
 * Runs `produce` with a sink for its text.
 *
 * A file appears when `produce` has ended, or not at all, also where Ctrl-C ends it. A pipe or a device is written to immediately.
 */
export async function writeOutput(
  path: string | undefined,
  { stdout, signal }: Pick<Io, 'stdout' | 'signal'>,
  produce: (sink: Sink) => Promise<void>,
): Promise<void> {
  if (path === undefined) return produce(stdoutSink(stdout));
  const existing = await statOf(path);
  if (existing && !existing.isFile()) return writeThrough(path, { isRaw: !existing.isCharacterDevice() }, produce);
  // A link stays a link: its target is replaced.
  const target = existing ? await realpath(path) : path;
  return whileHeld(signal, () =>
    writeFileAtomically(target, (file) =>
      produce((text) => {
        signal?.throwIfAborted();
        return file.writeFile(text);
      }),
    ),
  );
}

/**
 * Checks a file to write before the model is loaded.
 *
 * @param source the model that predicts: a run, a directory or a hub id
 * @throws AttuneError OUTPUT_UNUSABLE for a directory, OUTPUT_HOLDS_INPUT for a file of the model; UsageError for the input file itself
 */
export async function checkOutput(path: string | undefined, input: string, source: string): Promise<void> {
  const existing = await existingOutput(path);
  if (path === undefined || !existing) return;
  const read = input === '-' ? undefined : await statOf(input);
  if (existing.isFile() && read?.ino === existing.ino && read.dev === existing.dev)
    throw new UsageError(`--output: expected a different file from --input, got ${path} for both; choose another`);
  await refuseFilesOf([source], path, { made: '.jsonl', example: 'predictions.jsonl' });
}

/**
 * Checks the output page of a report.
 *
 * @throws AttuneError OUTPUT_UNUSABLE for a directory, OUTPUT_HOLDS_INPUT for a file of the runs that is not a page
 */
export async function checkPage(path: string | undefined, runs: readonly string[]): Promise<void> {
  if (path !== undefined && (await existingOutput(path)))
    await refuseFilesOf(runs, path, { made: '.html', example: 'report.html' });
}

async function existingOutput(path: string | undefined): Promise<Stats | undefined> {
  const existing = path === undefined ? undefined : await statOf(path);
  if (existing?.isDirectory())
    throw new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a file to write, got a directory; name a file in it`);
  return existing;
}

/** Files of training with the extension of a command's output. */
const ofTraining: readonly string[] = ['metrics.jsonl', 'predictions.jsonl'];

interface Made {
  /** The extension of the command's output: an earlier output may be replaced. */
  readonly made: string;
  readonly example: string;
}

/** Refuses a file that belongs to a run or a model; earlier outputs of the command may be replaced. */
async function refuseFilesOf(sources: readonly string[], path: string, { made, example }: Made): Promise<void> {
  if (!(await statOf(path))?.isFile()) return;
  for (const source of sources) {
    const isOfRun = ofTraining.includes(basename(path)) && existsSync(join(source, 'metrics.jsonl'));
    if ((extname(path) === made && !isOfRun) || !(await isWithin(path, source))) continue;
    throw new AttuneError(
      'OUTPUT_HOLDS_INPUT',
      `--output: expected a file that does not belong to ${source}, got ${path}, which would be replaced; choose another, such as ${example}`,
    );
  }
}

/** @param options `isRaw`: false for a device, which may be a terminal */
async function writeThrough(
  path: string,
  { isRaw }: { readonly isRaw: boolean },
  produce: (sink: Sink) => Promise<void>,
): Promise<void> {
  const stream = createWriteStream(path);
  stream.on('error', () => {});
  await produce((text) => writeText(stream, text, { name: path, isRaw }));
  stream.end();
  await finished(stream);
}

function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

/**
 * A prediction as a line of JSON, scores to six significant digits (float32 has seven), the value of a regression in full: `{"label", "score", "scores"}`,
 * `{"labels", "scores"}` for several labels per text, `{"value"}` for a regression.
 *
 * @throws AttuneError MODEL_NOT_FINITE for NaN or infinity, which JSON cannot represent
 */
export function predictionLine(prediction: PredictionOf[keyof PredictionOf], source: string): string {
  return `${JSON.stringify(rounded(prediction, source))}\n`;
}

/** A prediction with rounded numbers, as in `predictionLine`, which it throws as. */
export const roundedPrediction = (prediction: object, source: string): unknown => rounded(prediction, source);

function rounded(value: unknown, source: string): unknown {
  if (typeof value === 'number') return round(value, source, 6);
  if (Array.isArray(value)) return value.map((entry) => rounded(entry, source));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, entry]) =>
    name === 'value' && typeof entry === 'number' ? [name, round(entry, source, 9)] : [name, rounded(entry, source)],
  );
  return Object.fromEntries(entries);
}

/** The shortest number of six significant digits, or of up to `most`, that is the same float32. */
function round(value: number, source: string, most: number): number {
  if (Number.isFinite(value)) {
    const isSame = (digits: number) => Math.fround(Number(value.toPrecision(digits))) === Math.fround(value);
    let digits = 6;
    while (digits < most && !isSame(digits)) digits++;
    return Number(value.toPrecision(digits));
  }
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got ${value}; the weights are damaged: use another checkpoint`,
  );
}
