import { didYouMean } from '@attune/data';
import type { z } from 'zod';
import type { Options, TypedOptions } from '../command';
import { UsageError } from '../usage-error';
import { readConfigFile } from './config-file';
import { configKeys, configSchema } from './config-schema';
import type { ConfigFile } from './config-values';

/**
 * The options of a config file, under those that are typed; `--config` itself is gone.
 *
 * @throws UsageError with a line for each key that is unknown or has a wrong value; AttuneError as `readConfigFile`
 * @example
 * await withConfigFile({ config: 'attune.config.yaml', seed: '7' }, trainOptions); // { data: 'jobs.csv', …, seed: '7' }
 */
export async function withConfigFile({ config, ...typed }: TypedOptions, options: Options): Promise<TypedOptions> {
  const file = optionsIn(await readConfigFile(`${config}`));
  const { error } = configSchema(options).safeParse(file.values);
  const problems = (error?.issues ?? []).flatMap((issue) => problemsOf(issue, { file, options }));
  if (problems.length === 0) problems.push(...saidTwice(file, options));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...byName(file.values, options), ...typed };
}

/** A run's config.json holds them under `options`: what was typed when it began. */
function optionsIn({ values, where }: ConfigFile): ConfigFile {
  const { options } = values;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return { values, where };
  return { values: { ...options }, where: (...keys) => where('options', ...keys) };
}

interface Context {
  readonly file: ConfigFile;
  readonly options: Options;
}

function problemsOf(issue: z.core.$ZodIssue, { file: { where }, options }: Context): string[] {
  const [name] = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [`${where(name)}: ${name}: ${issue.message}`];
  const known = [...configKeys(options).keys()];
  return issue.keys.map((key) => {
    const advice = didYouMean(key, known) || '; attune train --help lists them, in kebab-case';
    return `${where(key)}: expected an option of attune train, got ${JSON.stringify(key)}${advice}`;
  });
}

/** An option under both its names. */
function saidTwice({ values, where }: ConfigFile, options: Options): string[] {
  return Object.entries(options).flatMap(([name, { alias }]) =>
    alias !== undefined && values[name] !== undefined && values[alias] !== undefined
      ? [`${where(alias)}: expected ${alias} or ${name}, which are the same, got both; drop one`]
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
