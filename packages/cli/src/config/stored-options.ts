// Options that are not typed: those of a config file, and those of a run or a search that is resumed.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  AttuneError,
  type AttuneErrorCode,
  didYouMeanOption,
  foreignArgument,
  isObject,
  parseJson,
  reasonOf,
  typedCommand,
} from '@attune/internal';
import { isMissing } from '@attune/internal/node';
import { z } from 'zod';
import { firstTeacher } from '../options/distill';
import { dashed, type Options, type TypedOptions } from '../program/command';
import { UsageError } from '../program/failure';
import { type ConfigFile, readConfigFile } from './config-file';

/**
 * Adds the options of a config file to those that are typed, which take precedence; removes `--config` itself.
 *
 * @param command the command that has the options; default `train`
 * @throws UsageError with a line for each key that is unknown or has a wrong value; AttuneError as `readConfigFile`
 * @example
 * await withConfigFile({ config: 'attune.config.yaml', seed: '7' }, trainOptions); // { data: 'jobs.csv', …, seed: '7' }
 */
export async function withConfigFile(
  { config, ...typed }: TypedOptions,
  options: Options,
  command = 'train',
): Promise<TypedOptions> {
  const file = optionsIn(await readConfigFile(`${config}`));
  const { error } = configSchema(options).safeParse(file.values);
  const problems = (error?.issues ?? []).flatMap((issue) => problemsOf(issue, { file, options, command }));
  if (problems.length === 0) problems.push(...repeatedOptions(file, options));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...byName(file.values, options), ...typed };
}

/** The config.json of a run holds its options under `options`. */
function optionsIn({ values, where }: ConfigFile): ConfigFile {
  const { options } = values;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return { values, where };
  return { values: { ...options }, where: (...keys) => where('options', ...keys) };
}

interface Context {
  readonly file: ConfigFile;
  readonly options: Options;
  readonly command: string;
}

function problemsOf(issue: z.core.$ZodIssue, { file: { where }, options, command }: Context): string[] {
  // The index in a list is not shown: places are known for keys only.
  const path = issue.path.every((key) => typeof key === 'string') ? issue.path : issue.path.slice(0, 1).map(String);
  const name = path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${where(...path)}: ${name}: ${issue.message}`];
  if (path.length > 0)
    return issue.keys.map((key) => `${where(...path, key)}: ${name}: unknown key ${JSON.stringify(key)}; remove it`);
  const known = [...configKeys(options).keys()];
  return issue.keys.map((key) => {
    const answer = foreignArgument(key);
    if (answer !== undefined) return `${where(key)}: ${key}: ${answer}`;
    const advice = didYouMeanOption(key, known) || `; ${typedCommand(`${command} --help`)} lists them, in kebab-case`;
    return `${where(key)}: expected an option of attune ${command}, got ${JSON.stringify(key)}${advice}`;
  });
}

/** Options that are set under both their names. */
function repeatedOptions({ values, where }: ConfigFile, options: Options): string[] {
  return Object.entries(options).flatMap(([name, { alias }]) =>
    alias !== undefined && values[name] !== undefined && values[alias] !== undefined
      ? [`${where(alias)}: ${alias} and ${name} are the same option; remove one`]
      : [],
  );
}

function byName(values: ConfigFile['values'], options: Options): TypedOptions {
  const names = configKeys(options);
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = names.get(key);
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Options that no config file may hold. */
const typedOnly = ['config', 'resume'];

/** The keys that a config file may hold, names and aliases, each with the option's name. */
export function configKeys(options: Options): ReadonlyMap<string, string> {
  const names = Object.keys(options).filter((name) => !typedOnly.includes(name));
  return new Map(
    names.flatMap((name) => [name, options[name].alias ?? []].flat().map((key) => [key, name] as [string, string])),
  );
}

/** The schema of a config file. No option is required, because the command line may have the others. */
export function configSchema(options: Options): z.ZodObject {
  const shape = Object.fromEntries(
    [...configKeys(options)].map(([key, name]) => {
      const { schema, help } = options[name];
      return [key, schema.optional().describe(key === name ? help : `${help} (the same as ${name})`)];
    }),
  );
  return z.strictObject({
    $schema: z.string().optional().describe('path or address of this schema, for editors'),
    ...shape,
  });
}

/** The JSON Schema of a config file, published as `config.schema.json`. */
export function configJsonSchema(options: Options): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema(options), { io: 'input' });
  return { $schema, title: 'The options of attune train', ...schema };
}

/** Options that make a run longer. */
const lengths = ['numTrainEpochs', 'maxSteps'];

/** Options that can be used with --resume. */
const besideResume = ['resume', 'out', 'json', 'engine', 'model', 'teacher', 'keepCheckpoints', ...lengths];

/**
 * The options with which a resumed run was started.
 *
 * @throws UsageError for other options with --resume; AttuneError RUN_CONFIG for a directory that is not a run of `attune train`
 */
export async function resumedOptions(typed: TypedOptions): Promise<TypedOptions> {
  const others = Object.keys(typed).filter((name) => !besideResume.includes(name) && typed[name] !== undefined);
  const isDefault = (name: string) => typed[name] === false;
  const refused = others.filter((name) => !isDefault(name));
  if (refused.length > 0)
    throw new UsageError(
      `${dashed(refused[0])}: cannot be used with --resume, which continues with the run's own options; remove it`,
    );
  if (typeof typed.out !== 'string') throw new UsageError('--out: required');
  const given = Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => !isDefault(name) && value !== undefined),
  );
  const stored = await optionsOf(typed.out);
  requireFiles(typed.out, stored);
  checkLength(given, stored);
  return { ...stored, ...given, ...movedModel(given, stored) };
}

/** The model of a student of its teacher's layers, which moves with the teacher. */
function movedModel(given: TypedOptions, { model, teacher }: TypedOptions): TypedOptions {
  const isTeacher = model !== undefined && model === firstTeacher(teacher);
  return isTeacher && given.teacher !== undefined && given.model === undefined
    ? { model: firstTeacher(given.teacher) }
    : {};
}

/** @throws AttuneError DATA_NOT_FOUND for a file of the run that does not exist relative to the current directory */
function requireFiles(run: string, stored: TypedOptions): void {
  for (const name of ['data', 'evalData', 'testData', 'modelConfig', 'unlabeled']) {
    const path = stored[name];
    if (typeof path !== 'string' || path === '-' || existsSync(path)) continue;
    const advice = 'resume a run from the directory that it was started in';
    throw new AttuneError(
      'DATA_NOT_FOUND',
      `${dashed(name)}: expected ${path}, the file that ${run} was started with, found none in ${process.cwd()}; ${advice}`,
    );
  }
}

/** @throws UsageError for a length that has no effect because of the run's own, and for any length of folds */
function checkLength(given: TypedOptions, stored: TypedOptions): void {
  const length = lengths.find((name) => name in given);
  if (length === undefined) return;
  if (stored.folds !== undefined)
    throw new UsageError(
      `${nameOf(length)}: cannot be used with --resume of folds, which all have the same length; start a new run`,
    );
  if (length === 'numTrainEpochs' && stored.maxSteps !== undefined && !('maxSteps' in given))
    throw new UsageError(
      `--epochs: has no effect with --resume of a run that was started with --max-steps ${stored.maxSteps}; pass a larger --max-steps instead`,
    );
}

const nameOf = (length: string) => (length === 'numTrainEpochs' ? '--epochs' : dashed(length));

async function optionsOf(run: string): Promise<TypedOptions> {
  const path = join(run, 'config.json');
  const what = 'the config.json of a run of attune train';
  const stored = await storedObject(path, { code: 'RUN_CONFIG', what, work: 'run' });
  if (isObject(stored.options)) return stored.options;
  throw new AttuneError(
    'RUN_CONFIG',
    `${path}: expected the options of a run of attune train, found none; start a new run`,
  );
}

/** The object of a JSON file that a command wrote. */
async function storedObject(
  path: string,
  { code, what, work }: { readonly code: AttuneErrorCode; readonly what: string; readonly work: 'run' | 'search' },
): Promise<Readonly<Record<string, unknown>>> {
  const refused = (got: string, cause?: unknown) =>
    new AttuneError(
      code,
      `${path}: expected ${what}, got ${got}; restore it, or pass the directory of another ${work} with --out`,
      { cause },
    );
  const value = await readFile(path, 'utf8')
    .then(parseJson)
    .catch((cause) => {
      if (isMissing(cause)) throw noneFound(path, { code, work });
      throw refused(reasonOf(cause), cause);
    });
  if (isObject(value)) return value;
  throw refused('JSON that is not an object');
}

/** The error about a directory without the file of a run or a search, such as a mistyped one. */
function noneFound(
  path: string,
  { code, work }: { readonly code: AttuneErrorCode; readonly work: string },
): AttuneError {
  const directory = dirname(path);
  const reason = existsSync(directory) ? `${basename(path)} does not exist` : 'the directory does not exist';
  const advice = `correct --out, or remove --resume to start a new ${work}`;
  return new AttuneError(code, `no ${work} found in ${directory}: ${reason}; ${advice}`);
}

/** Options that `search.json` does not record: the place of a search, and how it is printed. */
const unrecorded = ['out', 'overwrite', 'resume', 'json'];

/** The typed options that determine a search. */
export function decidingOptions(typed: TypedOptions): TypedOptions {
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => !unrecorded.includes(name) && value !== undefined),
  );
}

/**
 * The options with which a resumed search was started; newly typed options take precedence.
 *
 * @throws UsageError without --out; AttuneError SEARCH_CONFIG for a directory without a search
 */
export async function resumedSearch(typed: TypedOptions): Promise<TypedOptions> {
  if (typeof typed.out !== 'string') throw new UsageError('--out: required');
  const path = join(typed.out, 'search.json');
  const what = 'the search.json of attune search';
  const { config } = await storedObject(path, { code: 'SEARCH_CONFIG', what, work: 'search' });
  if (isObject(config) && isObject(config.searchOptions)) return { ...config.searchOptions, ...typed };
  throw new AttuneError(
    'SEARCH_CONFIG',
    `${path}: expected ${what}, found no options in it; start the search again with --overwrite`,
  );
}
